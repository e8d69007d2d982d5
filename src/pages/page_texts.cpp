// SPDX-License-Identifier: MIT
#include "pages/page_texts.hpp"

#include <memory>
#include <utility>

namespace drf_messages::pages {
namespace {

constexpr std::pair<std::string_view, std::string_view> names[] = {
    {"skip", "Skip to the content"},
    {"path", "Path"},
    {"logged_in_as", "Logged in as"},
    {"log_in", "Log in"},
    {"log_out", "Log out"},
    {"log_in_again", "Log in again"},
    {"logged_out", "Logged out"},
    {"you_are_logged_out", "You are logged out."},
    {"request", "Request"},
    {"actions", "Actions"},
    {"formats", "Formats"},
    {"filters", "Filters"},
    {"more", "More filters"},
    {"apply", "Apply"},
    {"reset", "Reset"},
    {"pages", "Pages"},
    {"previous", "Previous"},
    {"next", "Next"},
    {"response", "Response"},
    {"headers", "Headers"},
    {"content", "Content"},
    {"no_content", "No content."},
    {"without_script", "Without JavaScript, these are sent from a command line:"},
    {"no_answer", "There was no answer."},
    {"log_in_first", "This is for those who are logged in."},
    {"start", "What is here"},
    {"start_hint", "Messages for the users of this site, and how programs read them."}};

locale::Language english() {
    return {"en", std::make_shared<const locale::Texts>(), nullptr};
}

} // namespace

PageTexts::PageTexts(const locale::Language& language)
    : language_(language.texts->contains(names[0].second) ? language : english()) {}

boost::json::object PageTexts::named() const {
    boost::json::object texts;
    for (const auto& [name, words] : names) {
        texts[name] = say(words);
    }
    return texts;
}

} // namespace drf_messages::pages
