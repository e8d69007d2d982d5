// SPDX-License-Identifier: MIT
#include "cli/arguments.hpp"

#include "cli/one_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <sstream>

namespace drf_messages::cli {
namespace {

constexpr std::int64_t default_batch = 1000;

/// Builds the commands; each writes what it was given into `arguments`.
class Parser {
public:
    Parser() : app_("Persistent user messages, kept in SQL and served over REST.", "drf-messages") {
        app_.set_version_flag("--version", "drf-messages " DRF_MESSAGES_VERSION);
        app_.require_subcommand(1);
        app_.get_formatter()->column_width(34);
        app_.footer("Settings: --settings FILE, else $DRF_MESSAGES_SETTINGS, else ./settings.toml "
                    "where there is one.\n"
                    "Every command explains itself: drf-messages serve --help");
        add_serve();
        add_health();
        add_migrate();
        add_create_user("createsuperuser", "Create a user who may do everything", true);
        add_create_user("createuser", "Create a user", false);
        add_change_password();
        add_token();
        add_send();
        add_list();
        add_mark();
        add_changes();
        add_watch();
        add_clear_sessions();
        add_prune();
        add_live();
        add_backup();
        add_restore();
        add_check();
        add_schema();
        add_settings();
    }

    std::variant<Arguments, Finished> parse(std::vector<std::string> words) {
        if (!words.empty() && !words.front().starts_with('-') && !has_command(words.front())) {
            return refused("there is no command " + words.front(), "drf-messages");
        }
        end_list_before_text(words);
        // CLI11 takes the words from the back.
        std::reverse(words.begin(), words.end());
        try {
            app_.parse(std::move(words));
        } catch (const CLI::ParseError& error) {
            return finished(error);
        }
        if (!settings_.empty()) {
            arguments_.settings = settings_;
        }
        return arguments_;
    }

private:
    CLI::App& command(const char* name, const char* description, const char* examples) {
        CLI::App& sub = *app_.add_subcommand(name, description);
        sub.add_option("--settings", settings_, "The settings file")->type_name("FILE");
        sub.get_formatter()->column_width(34);
        sub.footer(examples);
        return sub;
    }

    /// What `values` holds when the command was named is what was asked for.
    template<class T>
    void when_named(CLI::App& sub, T& values) {
        sub.callback([this, &values] { arguments_.command = values; });
    }

    void add_serve() {
        auto& sub = command(
            "serve",
            "Serve the messages over HTTP",
            "Examples:\n"
            "  drf-messages serve\n"
            "  drf-messages serve --bind 127.0.0.1:8000 --bind unix:/run/messages.sock\n"
            "  drf-messages serve --settings /etc/messages/settings.toml --workers 8\n"
            "  drf-messages serve --migrate          (what a container runs)"
        );
        sub.add_option(
               "--bind", serve_.bind, "Where to listen, instead of SERVER.BIND; may be repeated"
        )
            ->type_name("HOST:PORT|unix:PATH")
            ->allow_extra_args(false);
        sub.add_option(
               "--workers",
               serve_.workers,
               "Threads that answer requests, instead of SERVER.WORKERS"
        )
            ->type_name("N")
            ->check(CLI::Range(1, 1024));
        sub.add_flag(
            "--migrate", serve_.migrate, "Bring the database up to date first, as migrate does"
        );
        when_named(sub, serve_);
    }

    void add_health() {
        auto& sub = command(
            "health",
            "Ask the running server whether it is ready; exit status 1 and the reason if not",
            "Examples:\n"
            "  drf-messages health\n"
            "  drf-messages health --bind unix:/run/messages.sock --timeout 2"
        );
        sub.add_option("--bind", health_.bind, "Where it listens, instead of SERVER.BIND")
            ->type_name("HOST:PORT|unix:PATH");
        sub.add_option("--timeout", health_.timeout, "How long to wait for its answer")
            ->type_name("SECONDS")
            ->check(CLI::Range(0.1, 3600.0))
            ->capture_default_str();
        when_named(sub, health_);
    }

    void add_migrate() {
        auto& sub = command(
            "migrate",
            "Bring the database up to date; creates a SQLite file",
            "Examples:\n  drf-messages migrate\n  drf-messages migrate --plan\n  drf-messages "
            "migrate authtoken"
        );
        sub.add_option("app", migrate_.app, "Only this app, and what it depends on")
            ->type_name("APP");
        sub.add_flag("--plan", migrate_.plan, "Show what would be done, and do nothing");
        when_named(sub, migrate_);
    }

    void add_create_user(const char* name, const char* description, bool superuser) {
        CreateUserArguments& values = superuser ? create_superuser_ : create_user_;
        values.is_superuser = superuser;
        values.is_staff = superuser;
        auto& sub = command(
            name,
            description,
            superuser ? "Examples:\n"
                        "  drf-messages createsuperuser admin --email admin@example.com\n"
                        "  DJANGO_SUPERUSER_PASSWORD=... drf-messages createsuperuser --username "
                        "admin --noinput"
                      : "Examples:\n"
                        "  drf-messages createuser ann --email ann@example.com\n"
                        "  echo \"a password\" | drf-messages createuser ann --password-stdin\n"
                        "  drf-messages createuser ann --noinput     (a user who cannot log in)"
        );
        sub.add_option("name,--username", values.name, "The user's name")
            ->type_name("NAME")
            ->required();
        sub.add_option("--email", values.email, "The user's address")->type_name("ADDRESS");
        if (!superuser) {
            sub.add_flag("--staff", values.is_staff, "IsAdminUser and the admin let this user in");
        }
        sub.add_flag(
            "--password-stdin",
            values.password_stdin,
            "The password is the first line of standard input"
        );
        sub.add_flag(
            "--noinput,--no-input",
            values.no_input,
            "Ask nothing: the password is in the file $DRF_MESSAGES_SUPERUSER_PASSWORD_FILE, or "
            "$DRF_MESSAGES_SUPERUSER_PASSWORD or $DJANGO_SUPERUSER_PASSWORD, or there is none"
        );
        when_named(sub, values);
    }

    void add_change_password() {
        auto& sub = command(
            "changepassword",
            "Give a user another password",
            "Examples:\n  drf-messages changepassword ann\n  echo \"a password\" | drf-messages "
            "changepassword ann "
            "--password-stdin"
        );
        sub.add_option("name", change_password_.name, "The user's name")
            ->type_name("NAME")
            ->required();
        sub.add_flag(
            "--password-stdin",
            change_password_.password_stdin,
            "The password is the first line of standard input"
        );
        when_named(sub, change_password_);
    }

    void add_token() {
        auto& sub = command(
            "drf_create_token",
            "Show a user's token for TokenAuthentication; creates it when there is none",
            "Examples:\n  drf-messages drf_create_token ann\n  drf-messages drf_create_token -r ann"
        );
        sub.add_option("name", token_.name, "The user's name")->type_name("NAME")->required();
        sub.add_flag(
            "-r,--reset", token_.reset, "Replace the token: the old one is no longer accepted"
        );
        when_named(sub, token_);
    }

    void add_send() {
        auto& sub = command(
            "send",
            "Leave a message for one or several users, for all of them or for none",
            "Examples:\n"
            "  drf-messages send --to ann --level success \"Your report is ready\"\n"
            "  drf-messages send --to ann bob --tag report --tag pdf \"Your report is ready\"\n"
            "  echo \"Your report is ready\" | drf-messages send --to ann -"
        );
        sub.add_option("--to", send_.to, "Names of the users")->type_name("USER...")->required();
        sub.add_option(
               "--level",
               send_.level,
               "debug, info, success, warning, error, a tag of MESSAGE_TAGS, or a number"
        )
            ->type_name("LEVEL")
            ->capture_default_str();
        sub.add_option("--tag", send_.tags, "An extra tag; may be repeated")
            ->type_name("TAG")
            ->allow_extra_args(false);
        CLI::Option* text =
            sub.add_option("text", send_.text, "The message; - reads it from standard input")
                ->type_name("TEXT");
        sub.callback([this, text] {
            // --to takes as many words as follow it, and so the text too where nothing else stands
            // between.
            if (text->count() == 0) {
                if (send_.to.size() < 2) {
                    throw CLI::RequiredError("text");
                }
                send_.text = std::move(send_.to.back());
                send_.to.pop_back();
            }
            arguments_.command = send_;
        });
    }

    void add_list() {
        auto& sub = command(
            "list",
            "Show a user's messages, newest first; marks none of them as read",
            "Examples:\n  drf-messages list ann\n  drf-messages list ann --unread --json"
        );
        sub.add_option("name", list_.name, "The user's name")->type_name("NAME")->required();
        sub.add_flag("--unread", list_.unread, "Only those that have not been read");
        sub.add_flag("--json", list_.json, "As JSON");
        when_named(sub, list_);
    }

    void add_mark() {
        auto& sub = command(
            "mark",
            "Mark a user's messages as read, or make them unread again",
            "Examples:\n"
            "  drf-messages mark ann --all\n"
            "  drf-messages mark ann --read 7 9\n"
            "  drf-messages mark ann --unread 7"
        );
        sub.add_option("name", mark_.name, "The user's name")->type_name("NAME")->required();
        sub.add_flag("--all", mark_.all, "All of them are read");
        sub.add_option("--read", mark_.read, "These are read")->type_name("ID");
        sub.add_option("--unread", mark_.unread, "These are unread again")->type_name("ID");
        when_named(sub, mark_);
    }

    void add_changes() {
        auto& sub = command(
            "changes",
            "Show what has happened to a user's messages since a state, as JSON",
            "Examples:\n"
            "  drf-messages changes ann                          (where she stands now)\n"
            "  drf-messages changes ann --since k3x9ab-1844 --limit 20"
        );
        sub.add_option("name", changes_.name, "The user's name")->type_name("NAME")->required();
        sub.add_option("--since", changes_.since, "A state, as an earlier answer has it")
            ->type_name("STATE");
        sub.add_option("--limit", changes_.limit, "How many messages at most")
            ->type_name("N")
            ->check(CLI::Range(std::size_t{1}, most_changes))
            ->capture_default_str();
        when_named(sub, changes_);
    }

    void add_watch() {
        auto& sub = command(
            "watch",
            "Show what happens to a user's messages as it happens, a line of JSON each",
            "Examples:\n"
            "  drf-messages watch ann                            (Ctrl-C stops)\n"
            "  drf-messages watch ann --since k3x9ab-1844"
        );
        sub.add_option("name", watch_.name, "The user's name")->type_name("NAME")->required();
        sub.add_option("--since", watch_.since, "Begin with what has happened since that state")
            ->type_name("STATE");
        when_named(sub, watch_);
    }

    void add_clear_sessions() {
        clear_sessions_.batch = default_batch;
        auto& sub = command(
            "clearsessions",
            "Delete expired sessions, with the messages that were left in them",
            "Examples:\n  drf-messages clearsessions\n  drf-messages clearsessions --batch 100"
        );
        sub.add_option("--batch", clear_sessions_.batch, "How many in one transaction")
            ->type_name("N")
            ->check(CLI::Range(1, 1'000'000))
            ->capture_default_str();
        when_named(sub, clear_sessions_);
    }

    void add_prune() {
        prune_.batch = default_batch;
        auto& sub = command(
            "prune",
            "Delete messages of all users by age or by having been read",
            "Examples:\n"
            "  drf-messages prune --read --older-than 30d\n"
            "  drf-messages prune --older-than 52w --dry-run\n"
            "  drf-messages prune --read --older-than 12h --batch 500"
        );
        sub.add_flag("--read", prune_.read, "Only messages that have been read");
        sub.add_option(
               "--older-than",
               prune_.older_than,
               "Only messages created longer ago: 45s, 90m, 12h, 30d or 2w"
        )
            ->type_name("AGE");
        sub.add_option("--batch", prune_.batch, "How many in one transaction")
            ->type_name("N")
            ->check(CLI::Range(1, 1'000'000))
            ->capture_default_str();
        sub.add_flag("--dry-run", prune_.dry_run, "Only say how many would go");
        when_named(sub, prune_);
    }

    void add_live() {
        auto& sub = command(
            "live",
            "Turn the feed of changes on or off, which sync and stream need",
            "Examples:\n"
            "  drf-messages live on\n"
            "  drf-messages live status\n"
            "  drf-messages live on --sql | mariadb site     (what an administrator may do alone)\n"
            "  drf-messages live reset                       (a backup was restored)"
        );
        sub.add_option(
               "action",
               live_.action,
               "on: make tables and triggers in the database; off: take them away; status: say how "
               "it goes; reset: let every client list its messages again"
        )
            ->type_name("ACTION")
            ->check(CLI::IsMember({"on", "off", "status", "reset"}));
        sub.add_flag("--sql", live_.sql, "Only print the SQL of on or off");
        when_named(sub, live_);
    }

    void add_backup() {
        auto& sub = command(
            "backup",
            "Copy the database into a file while the server runs",
            "Examples:\n"
            "  drf-messages backup /var/backups/messages.sqlite3\n"
            "  drf-messages backup - | gzip > messages.sqlite3.gz\n"
            "  drf-messages backup --print messages.dump | sh    (PostgreSQL, MariaDB)"
        );
        sub.add_option("file", backup_.file, "A file that is not there yet; - is standard output")
            ->type_name("FILE")
            ->required();
        sub.add_flag(
            "--print",
            backup_.print,
            "Only print the commands of PostgreSQL's or MariaDB's own programs"
        );
        when_named(sub, backup_);
    }

    void add_restore() {
        auto& sub = command(
            "restore",
            "Put a backup in the place of the database, which is kept",
            "Examples:\n"
            "  drf-messages restore /var/backups/messages.sqlite3\n"
            "  gunzip < messages.sqlite3.gz | drf-messages restore - --yes\n"
            "  drf-messages restore --print messages.dump | sh -e    (PostgreSQL, MariaDB)"
        );
        sub.add_option("file", restore_.file, "A file of backup's; - is standard input")
            ->type_name("FILE")
            ->required();
        sub.add_flag("-y,--yes,--noinput,--no-input", restore_.yes, "Ask nothing");
        sub.add_flag(
            "--print",
            restore_.print,
            "Only print the commands of PostgreSQL's or MariaDB's own programs"
        );
        when_named(sub, restore_);
    }

    void add_check() {
        auto& sub = command(
            "check",
            "Say what is wrong with the settings, the database and the caches",
            "Examples:\n"
            "  drf-messages check\n"
            "  drf-messages check --settings /etc/messages/settings.toml\n"
            "  drf-messages check --session -     (then paste the session cookie)"
        );
        sub.add_option(
               "--session",
               check_.session,
               "Say step by step who is logged in by this session cookie, and if nobody, why; - "
               "reads it from standard input, which keeps it out of the shell's history"
        )
            ->type_name("KEY");
        when_named(sub, check_);
    }

    void add_schema() {
        auto& sub = command(
            "schema",
            "Print the OpenAPI document of the REST endpoints",
            "Examples:\n"
            "  drf-messages schema > schema.json\n"
            "  drf-messages schema --format yaml"
        );
        sub.add_option("--format", schema_.format, "json or yaml")
            ->type_name("FORMAT")
            ->check(CLI::IsMember({"json", "yaml"}))
            ->capture_default_str();
        when_named(sub, schema_);
    }

    void add_settings() {
        auto& sub = command(
            "settings",
            "Print the settings that are in force, secrets masked",
            "Examples:\n  drf-messages settings\n  drf-messages settings --sample > settings.toml"
        );
        auto* reference = sub.add_flag(
            "--reference", print_settings_.reference, "Describe every setting, in Markdown"
        );
        sub.add_flag(
               "--sample",
               print_settings_.sample,
               "Print a commented settings file with every default"
        )
            ->excludes(reference);
        when_named(sub, print_settings_);
    }

    bool has_command(const std::string& name) {
        return !app_.get_subcommands([&name](CLI::App* sub) { return sub->check_name(name); }
        ).empty();
    }

    /// `--to ann -- -text`: to CLI11 the first "--" ends only the names of --to. A second one makes
    /// what follows it the text.
    static void end_list_before_text(std::vector<std::string>& words) {
        const auto end = std::find(words.begin(), words.end(), "--");
        const auto option = std::find_if(
            std::make_reverse_iterator(end),
            words.rend(),
            [](const std::string& word) { return word.starts_with('-') && word != "-"; }
        );
        if (end != words.end() && option != words.rend() &&
            (*option == "--to" || option->starts_with("--to="))) {
            words.insert(end, "--");
        }
    }

    static Finished refused(const std::string& what, const std::string& command) {
        return {2, "drf-messages: " + one_line(what) + " (" + command + " --help explains)\n"};
    }

    Finished finished(const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        if (app_.exit(error, out, err) == 0) {
            return {0, out.str()};
        }
        std::string name = "drf-messages";
        for (const CLI::App* sub : app_.get_subcommands()) {
            name += " " + sub->get_name();
        }
        std::string what = error.what();
        what = what.substr(0, what.find('\n'));
        return refused(what, name);
    }

    CLI::App app_;
    Arguments arguments_;
    std::string settings_;
    ServeArguments serve_;
    HealthArguments health_;
    MigrateArguments migrate_;
    CreateUserArguments create_superuser_;
    CreateUserArguments create_user_;
    ChangePasswordArguments change_password_;
    TokenArguments token_;
    SendArguments send_;
    ListArguments list_;
    MarkArguments mark_;
    ChangesArguments changes_;
    WatchArguments watch_;
    ClearSessionsArguments clear_sessions_;
    PruneArguments prune_;
    LiveArguments live_;
    BackupArguments backup_;
    RestoreArguments restore_;
    CheckArguments check_;
    SchemaArguments schema_;
    SettingsArguments print_settings_;
};

} // namespace

std::variant<Arguments, Finished> parse_arguments(const std::vector<std::string>& arguments) {
    return Parser().parse(arguments);
}

} // namespace drf_messages::cli
