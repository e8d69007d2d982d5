// SPDX-License-Identifier: MIT
#include "base/result.hpp"

#include <string>

namespace drf_messages {
namespace {

// Boost's error_category has no virtual destructor: nobody deletes a category. Nor does anybody
// delete this one.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "drf_messages"; }
    std::string message(int code) const override {
        switch (static_cast<errc>(code)) {
        case errc::not_found:
            return "not found";
        case errc::text_too_long:
            return "the text is longer than 1024 characters";
        case errc::tag_too_long:
            return "a tag is longer than 128 characters";
        case errc::view_too_long:
            return "the view name is longer than 64 characters";
        case errc::invalid_utf8:
            return "the text is not valid UTF-8";
        case errc::contains_nul:
            return "the text contains a NUL character";
        case errc::unread_not_deletable:
            return "unread messages may not be deleted";
        case errc::already_exists:
            return "already exists";
        case errc::no_feed:
            return "the database has no feed of changes; drf-messages live on makes it";
        case errc::state_expired:
            return "the feed cannot tell what has happened since that state";
        }
        return "unknown error";
    }
};
#pragma GCC diagnostic pop

} // namespace

const boost::system::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

} // namespace drf_messages
