// SPDX-License-Identifier: MIT
#include <drf_messages/messages.hpp>
#include <drf_messages/session_data.hpp>
#include <drf_messages/templates/grantlee.hpp>
#include <drf_messages/testing/messages_test.hpp>

#include <QtCore/QString>
#include <gmock/gmock.h>
#include <grantlee/context.h>
#include <grantlee/engine.h>
#include <grantlee/template.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages::templates {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// "Reading messages" of the documentation, as it stands there
constexpr const char* documented = R"({% if messages %}
<ul class="messages">

{% for message in messages %}
<li{% if message.tags %} class="{{ message.tags }}"{% endif %}>

{% if message.level == DEFAULT_MESSAGE_LEVELS.ERROR %}Important: {% endif %}
{{ message }}

</li>
{% endfor %}

</ul>
{% endif %})";

/// A page without the blank space that only lays it out.
std::string packed(const std::string& page) {
    std::string result;
    for (const char c : page) {
        if (c != '\n') {
            result += c;
        }
    }
    return result;
}

class GrantleeTest : public test::MessagesTest {
protected:
    std::string render(const std::string& text, Request& of) {
        Grantlee::Context context;
        insert_messages(context, of);
        return render(text, context);
    }

    std::string render(const std::string& text, Grantlee::Context& context) {
        const Grantlee::Template page =
            engine.newTemplate(QString::fromStdString(text), QStringLiteral("page"));
        EXPECT_EQ(page->error(), Grantlee::NoError) << page->errorString().toStdString();
        const std::string result = templates::render(page, context).toStdString();
        EXPECT_EQ(page->error(), Grantlee::NoError) << page->errorString().toStdString();
        return result;
    }

    Grantlee::Engine engine;
    Request request = site.request(site.user("ann"));
};

TEST_F(GrantleeTest, RendersTheTemplateOfTheDocumentationUnchanged) {
    messages::error(request, "The disk is full", {"disk", "urgent"});
    messages::add_message(request, 21, "Hello");
    EXPECT_EQ(
        packed(render(documented, request)),
        "<ul class=\"messages\">"
        "<li>Hello</li>"
        "<li class=\"disk urgent error\">Important: The disk is full</li>"
        "</ul>"
    );
    EXPECT_TRUE(test::assert_messages(request, {}));
    EXPECT_EQ(packed(render(documented, request)), "");
}

TEST_F(GrantleeTest, LeavesMessagesUnreadThatNoLoopShows) {
    messages::info(request, "Hello");
    EXPECT_EQ(render("a page", request), "a page");
    EXPECT_EQ(render("{% if messages %}yes{% else %}no{% endif %}", request), "yes");
    EXPECT_EQ(render("{% if not messages %}no{% endif %}", request), "");
    EXPECT_EQ(render("{{ messages }}", request), "Hello");
    EXPECT_TRUE(test::assert_messages(request, {{level::INFO, "Hello"}}));
}

TEST_F(GrantleeTest, AsksTheStorageWhenTheTemplateDoes) {
    Grantlee::Context context;
    insert_messages(context, request);
    EXPECT_EQ(render("{% if messages %}yes{% else %}no{% endif %}", context), "no");
    messages::info(request, "Hello");
    EXPECT_EQ(render("{% if messages %}yes{% else %}no{% endif %}", context), "yes");
    EXPECT_EQ(render("{% for m in messages %}{{ m }}{% endfor %}", context), "Hello");
    EXPECT_EQ(render("{% for m in messages %}{{ m }}{% empty %}none{% endfor %}", context), "none");
}

TEST_F(GrantleeTest, GivesAMessageItsAttributes) {
    messages::warning(request, "Careful", {"a", "b"});
    EXPECT_EQ(
        render(
            "{% for m in messages %}{{ m.message }}|{{ m.level }}|{{ m.level_tag }}|"
            "{{ m.extra_tags }}|{{ m.tags }}|{{ m.other }}{% endfor %}",
            request
        ),
        "Careful|30|warning|a b|a b warning|"
    );
}

TEST_F(GrantleeTest, KnowsTheDefaultLevels) {
    EXPECT_EQ(
        render(
            "{{ DEFAULT_MESSAGE_LEVELS.DEBUG }} {{ DEFAULT_MESSAGE_LEVELS.INFO }} "
            "{{ DEFAULT_MESSAGE_LEVELS.SUCCESS }} {{ DEFAULT_MESSAGE_LEVELS.WARNING }} "
            "{{ DEFAULT_MESSAGE_LEVELS.ERROR }}",
            request
        ),
        "10 20 25 30 40"
    );
}

TEST_F(GrantleeTest, EscapesTextAndTags) {
    messages::info(request, "<b>&\"' \xE2\x82\xAC", "x\"><i>");
    const std::string page = render(documented, request);
    EXPECT_THAT(page, HasSubstr("&lt;b&gt;&amp;&quot;&#x27; \xE2\x82\xAC"));
    EXPECT_THAT(page, HasSubstr("class=\"x&quot;&gt;&lt;i&gt; info\""));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST_F(GrantleeTest, EscapesNothingWhereTheTemplateSaysSo) {
    messages::info(request, "<b>");
    EXPECT_EQ(
        render(
            "{% autoescape off %}{% for m in messages %}{{ m }}{% endfor %}{% endautoescape %}",
            request
        ),
        "<b>"
    );
}

TEST_F(GrantleeTest, LoopsInsideALoop) {
    messages::info(request, "one");
    messages::info(request, "two");
    EXPECT_EQ(
        render(
            "{% for m in messages %}{{ m }} {% for n in messages %}{{ n }}{% endfor %}{% endfor %}",
            request
        ),
        "two one "
    );
}

TEST_F(GrantleeTest, ThrowsWhatTheStorageThrows) {
    Grantlee::Context context;
    insert_messages(context, request);
    const Grantlee::Template page = engine.newTemplate(
        QStringLiteral("{% for m in messages %}{{ m }}{% endfor %}"), QStringLiteral("page")
    );
    request = site.request();
    EXPECT_THROW(page->render(&context), std::logic_error);
}

TEST_F(GrantleeTest, LeavesSafeTextAsItIs) {
    // SessionStorage's own format, as Django writes it: [mark, is_safe, level, message, extra_tags]
    class Session final : public SessionData {
    public:
        std::optional<std::string> session_key() const override { return "key"; }
        std::optional<std::string> get(std::string_view) override { return value; }
        void set(std::string_view, std::string_view text) override { value = text; }
        void erase(std::string_view) override { value.reset(); }
        std::optional<std::string> value =
            R"([["__json_message",1,20,"<b>safe</b>","x"],["__json_message",0,40,"<b>not</b>"]])";
    };
    Settings settings;
    settings.message_storage = "django.contrib.messages.storage.session.SessionStorage";
    test::TestSite other(settings);
    Session session;
    RequestContext with_session;
    with_session.session = &session;
    Request visit(other, with_session);
    EXPECT_EQ(
        render(
            "{% for m in messages %}{{ m }}|{{ m.message }}|{{ m.tags }}|{{ m.level }}|"
            "{{ m.is_safe }}{% if m.level == 20 %}!{% endif %}\n{% endfor %}",
            visit
        ),
        "<b>safe</b>|<b>safe</b>|x info|20|true!\n"
        "&lt;b&gt;not&lt;/b&gt;|&lt;b&gt;not&lt;/b&gt;|error|40|false\n"
    );
}

TEST_F(GrantleeTest, RendersInSeveralThreads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this, i] {
            const std::string name = "user" + std::to_string(i);
            Grantlee::Engine own;
            const Grantlee::Template page = own.newTemplate(
                QStringLiteral("{% for m in messages %}{{ m }}{% endfor %}"), QStringLiteral("page")
            );
            const UserId user = site.site().users().create_user(name);
            for (int round = 0; round < 20; ++round) {
                Request visit = site.request(user);
                messages::info(visit, name);
                Grantlee::Context context;
                insert_messages(context, visit);
                EXPECT_EQ(page->render(&context).toStdString(), name);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

} // namespace
} // namespace drf_messages::templates
