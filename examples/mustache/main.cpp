// SPDX-License-Identifier: MIT
// Messages on a page made by a template of a header-only engine, kainjow's Mustache.
#include <drf_messages/messages.hpp>
#include <drf_messages/site.hpp>

#include <kainjow/mustache.hpp>

#include <iostream>
#include <string>

namespace mustache = kainjow::mustache;
namespace messages = drf_messages::messages;

namespace {

constexpr const char* page = R"(<h1>{{title}}</h1>
{{#messages}}
<p class="{{tags}}">{{#is_error}}Important: {{/is_error}}{{message}}</p>
{{/messages}}
)";

mustache::data list_of(drf_messages::Request& request) {
    mustache::data list{mustache::data::type::list};
    for (const auto& message : messages::get_messages(request)) {
        mustache::data item;
        item["tags"] = message.tags();
        item["message"] = message.message;
        item["is_error"] = message.level == messages::ERROR;
        list << item;
    }
    return list;
}

std::string render(drf_messages::Request& request, const std::string& title) {
    mustache::data data{"title", title};
    data.set("messages", list_of(request));
    return mustache::mustache(page).render(data);
}

} // namespace

int main() {
    drf_messages::Site site(":memory:");
    site.migrate();
    drf_messages::Request request(site, {.user = site.users().create_user("ann")});
    messages::success(request, "Saved <3", "profile");
    messages::error(request, "The disk is full");
    std::cout << render(request, "First") << render(request, "Second");
}
