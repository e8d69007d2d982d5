// SPDX-License-Identifier: MIT
// Messages on a page made by Grantlee, with the template that Django's documentation has.
#include <drf_messages/messages.hpp>
#include <drf_messages/site.hpp>
#include <drf_messages/templates/grantlee.hpp>

#include <QtCore/QString>
#include <grantlee/context.h>
#include <grantlee/engine.h>
#include <grantlee/template.h>

#include <iostream>

namespace messages = drf_messages::messages;

int main() {
    drf_messages::Site site(":memory:");
    site.migrate();
    drf_messages::Request request(site, {.user = site.users().create_user("ann")});
    messages::success(request, "Saved <3", "profile");
    messages::error(request, "The disk is full");

    Grantlee::Engine engine;
    const Grantlee::Template page = engine.newTemplate(
        QStringLiteral(R"({% if messages %}
<ul class="messages">
{% for message in messages %}
<li{% if message.tags %} class="{{ message.tags }}"{% endif %}>
{% if message.level == DEFAULT_MESSAGE_LEVELS.ERROR %}Important: {% endif %}
{{ message }}
</li>
{% endfor %}
</ul>
{% endif %})"),
        QStringLiteral("page")
    );
    // the second page has no messages: the first one has shown them
    for (int visit = 0; visit < 2; ++visit) {
        Grantlee::Context context;
        drf_messages::templates::insert_messages(context, request);
        std::cout << "page " << visit + 1 << "\n"
                  << drf_messages::templates::render(page, context).toStdString() << "\n";
    }
}
