// SPDX-License-Identifier: MIT
#include "api/exchange/translations.hpp"

namespace drf_messages::api {
namespace {

constexpr Translation german[] = {
    {"Not found.", "Nicht gefunden."},
    {"You do not have permission to perform this action.",
     "Sie sind nicht berechtigt diese Aktion durchzuführen."},
    {"Authentication credentials were not provided.", "Anmeldedaten fehlen."},
    {"Method \"{}\" not allowed.", "Methode \"{}\" nicht erlaubt."},
    {"Unsupported media type \"{}\" in request.",
     "Nicht unterstützter Medientyp \"{}\" in der Anfrage."},
    {"Could not satisfy the request Accept header.",
     "Kann die Accept Kopfzeile der Anfrage nicht erfüllen."},
    {"Request was throttled.{}", "Die Anfrage wurde gedrosselt.{}"},
    {"Invalid version in \"Accept\" header.", "Ungültige Version in der \"Accept\" Kopfzeile."},
    {"Invalid version in URL path.", "Ungültige Version im URL Pfad."},
    {"Invalid version in URL path. Does not match any version namespace.",
     "Ungültige Version im URL-Pfad. Entspricht keinem Versions-Namensraum."},
    {"Invalid version in hostname.", "Ungültige Version im Hostname."},
    {"Invalid version in query parameter.", "Ungültige Version im Anfrageparameter."},
    {"Invalid token.", "Ungültiges Token"},
    {"Invalid token header. No credentials provided.",
     "Ungültiger token header. Keine Zugangsdaten angegeben."},
    {"Invalid token header. Token string should not contain spaces.",
     "Ungültiger token header. Zugangsdaten sollen keine Leerzeichen enthalten."},
    {"Invalid token header. Token string should not contain invalid characters.",
     "Ungültiger Token Header. Tokens dürfen keine ungültigen Zeichen enthalten."},
    {"User inactive or deleted.", "Benutzer inaktiv oder gelöscht."},
    {"Invalid username/password.", "Ungültiger Benutzername/Passwort"},
    {"Invalid basic header. No credentials provided.",
     "Ungültiger basic header. Keine Zugangsdaten angegeben."},
    {"Invalid basic header. Credentials string should not contain spaces.",
     "Ungültiger basic header. Zugangsdaten sollen keine Leerzeichen enthalten."},
    {"Invalid basic header. Credentials not correctly base64 encoded.",
     "Ungültiger basic header. Zugangsdaten sind nicht korrekt mit base64 kodiert."},
    {"Invalid page.", "Ungültige Seite."},
    {"Invalid cursor", "Ungültiger Zeiger"},
    {"Enter a number.", "Bitte eine Zahl eingeben."},
    {"Ensure this value is less than or equal to {}.",
     "Dieser Wert muss kleiner oder gleich {} sein."},
    {"Select a valid choice. {} is not one of the available choices.",
     "Bitte eine gültige Auswahl treffen. {} ist keine gültige Auswahl."},
    {"This field is required.", "Dieses Feld ist erforderlich."},
    {"This field may not be blank.", "Dieses Feld darf nicht leer sein."},
    {"This field may not be null.", "Dieses Feld darf nicht null sein."},
    {"Invalid data. Expected a dictionary, but got {}.",
     "Ungültige Daten. Dictionary erwartet, aber {} erhalten."},
    {"Unable to log in with provided credentials.", "Die angegebenen Zugangsdaten stimmen nicht."},
    {"Username", "Benutzername"},
    {"Password", "Passwort"},
    {"Null characters are not allowed.", "Nullzeichen sind nicht erlaubt."},
    {"Enter a valid date/time.", "Bitte ein gültiges Datum und Uhrzeit eingeben."},
    {"{} couldn’t be interpreted in time zone {}; it may be ambiguous or it may not exist.",
     "{} konnte mit der Zeitzone {} nicht eindeutig interpretiert werden, da es doppeldeutig oder "
     "eventuell inkorrekt ist."},
    {"Range query expects two values.", "Die Bereichsabfrage erwartet zwei Werte."},
    {"List contains {} items, it should contain no more than {}.",
     "Liste enthält {} Elemente, es sollten aber nicht mehr als {} sein."},
    {"Search for no more than {} words.", "Bitte nach höchstens {} Wörtern suchen."},
};

} // namespace

std::span<const Translation> german_translations() noexcept {
    return german;
}

} // namespace drf_messages::api
