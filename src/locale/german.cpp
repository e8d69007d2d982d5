// SPDX-License-Identifier: MIT
#include "locale/german.hpp"

#include "locale/german_admin.hpp"

#include <iterator>
#include <string>
#include <vector>

namespace drf_messages::locale {
namespace {

// Django 3.2 to 6.0, conf/locale/de and contrib/auth/locale/de; REST framework 3.14 and 3.16 to
// 3.18, locale/de; django-filter 23.1 to 26.2, locale/de.
constexpr ShownText shown[] = {
    {"Not found.", "Nicht gefunden."},
    {"You do not have permission to perform this action.",
     "Sie sind nicht berechtigt diese Aktion durchzuführen.",
     "Sie sind nicht berechtigt, diese Aktion durchzuführen."},
    {"Authentication credentials were not provided.", "Anmeldedaten fehlen."},
    {"Method \"{}\" not allowed.", "Methode \"{}\" nicht erlaubt."},
    {"Unsupported media type \"{}\" in request.",
     "Nicht unterstützter Medientyp \"{}\" in der Anfrage."},
    {"Could not satisfy the request Accept header.",
     "Kann die Accept Kopfzeile der Anfrage nicht erfüllen."},
    {"Request was throttled.", "Die Anfrage wurde gedrosselt."},
    {"Expected available in {} second.", {}, "Erwarte Verfügbarkeit in {} Sekunde."},
    {"Expected available in {} seconds.", {}, "Erwarte Verfügbarkeit in {} Sekunden."},
    {"Invalid version in \"Accept\" header.", "Ungültige Version in der \"Accept\" Kopfzeile."},
    {"Invalid version in URL path.",
     "Ungültige Version im URL Pfad.",
     "Ungültige Version im URL-Pfad."},
    {"Invalid version in URL path. Does not match any version namespace.",
     "Ungültige Version im URL-Pfad. Entspricht keinem Versions-Namensraum."},
    {"Invalid version in hostname.", "Ungültige Version im Hostname."},
    {"Invalid version in query parameter.", "Ungültige Version im Anfrageparameter."},
    {"Invalid token.", "Ungültiges Token"},
    {"Invalid token header. No credentials provided.",
     "Ungültiger token header. Keine Zugangsdaten angegeben.",
     "Ungültiger Token Header. Keine Zugangsdaten angegeben."},
    {"Invalid token header. Token string should not contain spaces.",
     "Ungültiger token header. Zugangsdaten sollen keine Leerzeichen enthalten.",
     "Ungültiger Token Header. Zugangsdaten sollen keine Leerzeichen enthalten."},
    {"Invalid token header. Token string should not contain invalid characters.",
     "Ungültiger Token Header. Tokens dürfen keine ungültigen Zeichen enthalten.",
     "Ungültiger Token Header. Zugangsdaten dürfen keine ungültigen Zeichen enthalten."},
    {"User inactive or deleted.", "Benutzer inaktiv oder gelöscht."},
    {"Invalid username/password.",
     "Ungültiger Benutzername/Passwort",
     "Ungültiger Benutzername/Passwort."},
    {"Invalid basic header. No credentials provided.",
     "Ungültiger basic header. Keine Zugangsdaten angegeben.",
     "Ungültiger Basic Header. Keine Zugangsdaten angegeben."},
    {"Invalid basic header. Credentials string should not contain spaces.",
     "Ungültiger basic header. Zugangsdaten sollen keine Leerzeichen enthalten.",
     "Ungültiger Basic Header. Zugangsdaten sollen keine Leerzeichen enthalten."},
    {"Invalid basic header. Credentials not correctly base64 encoded.",
     "Ungültiger basic header. Zugangsdaten sind nicht korrekt mit base64 kodiert.",
     "Ungültiger Basic Header. Zugangsdaten sind nicht korrekt mit base64 kodiert."},
    {"Invalid page.", "Ungültige Seite."},
    {"Ask for this with Accept: text/event-stream, as EventSource does.",
     "Dies ist mit Accept: text/event-stream anzufordern, wie EventSource es tut."},
    {"Invalid cursor", "Ungültiger Zeiger"},
    {"Enter a number.", "Bitte eine Zahl eingeben."},
    {"Ensure this value is less than or equal to {}.",
     "Dieser Wert muss kleiner oder gleich {} sein."},
    {"Select a valid choice. {} is not one of the available choices.",
     "Bitte eine gültige Auswahl treffen. {} ist keine gültige Auswahl."},
    {"This field is required.",
     "Dieses Feld ist erforderlich.",
     "Dieses Feld ist zwingend erforderlich."},
    {"This field may not be blank.", "Dieses Feld darf nicht leer sein."},
    {"This field may not be null.", "Dieses Feld darf nicht null sein."},
    {"Not a valid string.", {}, "Kein gültiger String."},
    {"Null characters are not allowed.", "Nullzeichen sind nicht erlaubt."},
    {"Surrogate characters are not allowed: U+{}.", {}, "Ersatzzeichen sind nicht erlaubt: U+{}."},
    {"Invalid data. Expected a dictionary, but got {}.",
     "Ungültige Daten. Dictionary erwartet, aber {} erhalten."},
    {"Unable to log in with provided credentials.", "Die angegebenen Zugangsdaten stimmen nicht."},
    {"Username", "Benutzername"},
    {"Password", "Passwort"},
    {"Token"},
    {"Enter a valid date/time.", "Bitte ein gültiges Datum und Uhrzeit eingeben."},
    {"{} couldn’t be interpreted in time zone {}; it may be ambiguous or it may not exist.",
     "{} konnte mit der Zeitzone {} nicht eindeutig interpretiert werden, da es doppeldeutig oder "
     "eventuell inkorrekt ist."},
    {"Range query expects two values.", "Die Bereichsabfrage erwartet zwei Werte."},
    {"username", "Benutzername"},
    {"Please enter a correct {} and password. Note that both fields may be case-sensitive.",
     "Bitte {} und Passwort eingeben. Beide Felder berücksichtigen die Groß-/Kleinschreibung."},
    {"This account is inactive.", "Dieser Benutzer ist inaktiv."},
    {"CSRF verification failed. Request aborted.",
     "CSRF-Verifizierung fehlgeschlagen. Anfrage abgebrochen."},
    {.english = "Go back, load the page again and send it once more: somebody has logged in or out "
                "since it was shown, or the browser keeps no cookies.",
     .german = "Gehen Sie zurück, laden Sie die Seite neu und senden Sie sie noch einmal: Seit sie "
               "gezeigt "
               "wurde, hat sich jemand an- oder abgemeldet, oder der Browser behält keine Cookies.",
     .ours = true},
    {.english = "List contains {} items, it should contain no more than {}.",
     .german = "Liste enthält {} Elemente, es sollten aber nicht mehr als {} sein.",
     .ours = true},
    {.english = "Must be a valid boolean.",
     .german = "Muss ein gültiger Wahrheitswert sein.",
     .ours = true},
    {.english = "Say one of ids, up_to and all, and nothing else.",
     .german = "Es muss eines von ids, up_to und all angegeben sein, und nichts anderes.",
     .ours = true},
    {.english = "No id may come twice.", .german = "Keine id darf doppelt sein.", .ours = true},
    {.english = "Not a valid state.", .german = "Kein gültiger Zustand.", .ours = true},
    {.english = "There is no feed of changes.",
     .german = "Es gibt keine Liste der Änderungen.",
     .ours = true},
    {.english = "What has happened since that state is not known any more.",
     .german = "Was seit diesem Zustand geschehen ist, ist nicht mehr bekannt.",
     .ours = true},
    {.english = "Must be true.", .german = "Muss wahr sein.", .ours = true},
    {.english = "Search for no more than {} words.",
     .german = "Bitte nach höchstens {} Wörtern suchen.",
     .ours = true},
    {.english = "Too many attempts with a wrong password. Try again in {} second.",
     .german = "Zu viele Versuche mit falschem Passwort. Bitte in {} Sekunde erneut versuchen.",
     .ours = true},
    {.english = "Too many attempts with a wrong password. Try again in {} seconds.",
     .german = "Zu viele Versuche mit falschem Passwort. Bitte in {} Sekunden erneut versuchen.",
     .ours = true},
    // HTML pages, worded as Django, REST framework and django-filter do where these have the words
    {.english = "Skip to the content", .german = "Zum Inhalt", .ours = true},
    {.english = "Path", .german = "Pfad", .ours = true},
    {.english = "Logged in as", .german = "Angemeldet als", .ours = true},
    {.english = "Log in", .german = "Anmelden", .ours = true},
    {.english = "Log out", .german = "Abmelden", .ours = true},
    {.english = "Log in again", .german = "Wieder anmelden", .ours = true},
    {.english = "Logged out", .german = "Abgemeldet", .ours = true},
    {.english = "You are logged out.", .german = "Sie sind abgemeldet.", .ours = true},
    {.english = "Request", .german = "Anfrage", .ours = true},
    {.english = "Actions", .german = "Aktionen", .ours = true},
    {.english = "Formats", .german = "Formate", .ours = true},
    {.english = "Filters", .german = "Filter", .ours = true},
    {.english = "More filters", .german = "Weitere Filter", .ours = true},
    {.english = "Apply", .german = "Anwenden", .ours = true},
    {.english = "Reset", .german = "Zurücksetzen", .ours = true},
    {.english = "Pages", .german = "Seiten", .ours = true},
    {.english = "Previous", .german = "Zurück", .ours = true},
    {.english = "Next", .german = "Weiter", .ours = true},
    {.english = "Response", .german = "Antwort", .ours = true},
    {.english = "Headers", .german = "Kopfzeilen", .ours = true},
    {.english = "Content", .german = "Inhalt", .ours = true},
    {.english = "No content.", .german = "Kein Inhalt.", .ours = true},
    {.english = "Nothing but pages is answered here.",
     .german = "Hier wird nur mit Seiten geantwortet.",
     .ours = true},
    {.english = "{} bytes of binary content",
     .german = "{} Bytes, die kein Text sind",
     .ours = true},
    {.english = "Without JavaScript, these are sent from a command line:",
     .german = "Ohne JavaScript gehen diese nur von einer Kommandozeile aus:",
     .ours = true},
    {.english = "There was no answer.", .german = "Es kam keine Antwort.", .ours = true},
    {.english = "Are you sure you want to delete this {}?",
     .german = "Wirklich löschen: {}?",
     .ours = true},
    {.english = "Messages", .german = "Meldungen", .ours = true},
    {.english = "What is here", .german = "Was es hier gibt", .ours = true},
    {.english = "Messages for the users of this site, and how programs read them.",
     .german = "Meldungen für die Benutzer dieser Website, und wie Programme sie lesen.",
     .ours = true},
    {.english = "API schema", .german = "Schema der API", .ours = true},
    {.english = "Administration", .german = "Administration", .ours = true},
    {.english = "Field filters", .german = "Feldfilter", .ours = true},
    {.english = "Search", .german = "Suche", .ours = true},
    {.english = "Ordering", .german = "Sortierung", .ours = true},
    {.english = "ascending", .german = "Aufsteigend", .ours = true},
    {.english = "descending", .german = "Absteigend", .ours = true},
    {.english = "Yes", .german = "Ja", .ours = true},
    {.english = "No", .german = "Nein", .ours = true},
    {.english = "any", .german = "beliebig", .ours = true},
    {.english = "after", .german = "nach", .ours = true},
    {.english = "before", .german = "vor", .ours = true},
    {.english = "is greater than", .german = "ist größer als", .ours = true},
    {.english = "is greater than or equal to", .german = "ist größer oder gleich", .ours = true},
    {.english = "is less than", .german = "ist kleiner als", .ours = true},
    {.english = "is less than or equal to", .german = "ist kleiner oder gleich", .ours = true},
    {.english = "is in", .german = "ist in", .ours = true},
    {.english = "is in range", .german = "ist im Bereich", .ours = true},
    {.english = "is null", .german = "ist leer", .ours = true},
    {.english = "contains", .german = "enthält", .ours = true},
    {.english = "contains, in any case", .german = "enthält, groß oder klein", .ours = true},
    {.english = "is, in any case", .german = "ist, groß oder klein", .ours = true},
    {.english = "starts with", .german = "beginnt mit", .ours = true},
    {.english = "starts with, in any case", .german = "beginnt mit, groß oder klein", .ours = true},
    {.english = "ends with", .german = "endet mit", .ours = true},
    {.english = "ends with, in any case", .german = "endet mit, groß oder klein", .ours = true},
    {.english = "usual order", .german = "übliche Reihenfolge", .ours = true},
    {.english = "This is for those who are logged in.",
     .german = "Das ist für Angemeldete.",
     .ours = true},
    {.english = "API", .german = "API", .ours = true},
    {.english = "Unread", .german = "Ungelesen", .ours = true},
    {.english = "Level tag", .german = "Mindeststufe", .ours = true},
    {.english = "Level", .german = "Stufe", .ours = true},
    {.english = "Extra tags", .german = "Zusätzliche Tags", .ours = true},
    {.english = "View", .german = "View", .ours = true},
    {.english = "Read", .german = "Gelesen", .ours = true},
    {.english = "Created", .german = "Erstellt", .ours = true},
};

void add(Texts& texts, std::string_view english, std::string_view german) {
    if (!german.empty()) {
        texts.emplace(std::string(english), Pattern(german));
    }
}

} // namespace

std::span<const ShownText> shown_texts() {
    static const auto all = [] {
        std::vector<ShownText> texts(std::begin(shown), std::end(shown));
        for (const auto& [english, german] : german_admin_texts()) {
            texts.push_back({.english = english, .german = german, .ours = true});
        }
        return texts;
    }();
    return all;
}

Texts german_texts(const model::Differences& differences) {
    const bool newer = differences.has(model::Difference::german_words_of_3_16);
    Texts texts;
    for (const ShownText& text : shown_texts()) {
        const bool other = newer && !text.german_of_3_16.empty();
        add(texts, text.english, other ? text.german_of_3_16 : text.german);
    }
    return texts;
}

Texts german_texts_of_ours() {
    Texts texts;
    for (const ShownText& text : shown_texts()) {
        if (text.ours) {
            add(texts, text.english, text.german);
        }
    }
    return texts;
}

} // namespace drf_messages::locale
