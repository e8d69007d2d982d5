// SPDX-License-Identifier: MIT
#include "messages/django_storage.hpp"

#include "messages/django_message.hpp"
#include "messages/level_tag.hpp"
#include "messages/slice.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace drf_messages::messages {

Result<std::optional<MessageId>> DjangoStorage::keep(
    Level level, std::string_view message, const std::vector<std::string>& extra_tags
) {
    DjangoMessage kept = django_message(settings(), level, std::string(message), extra_tags);
    if (!text::is_valid_utf8(kept.message) || !text::is_valid_utf8(kept.extra_tags)) {
        return errc::invalid_utf8;
    }
    added_new_ = true;
    queued_.push_back(std::move(kept));
    return std::nullopt;
}

std::vector<DjangoMessage>& DjangoStorage::loaded() {
    if (!loaded_) {
        const bool used_before = used;
        loaded_ = std::move(load().messages);
        settled_ = loaded_->size();
        if (used && !used_before) {
            // What cannot be read has to be deleted; none of it was shown.
            shown_.emplace();
        }
        for (DjangoMessage& message : *loaded_) {
            message.level_tag = level_tag(settings(), message.level);
        }
    }
    return *loaded_;
}

std::vector<DjangoMessage>& DjangoStorage::gathered() {
    std::vector<DjangoMessage>& all = loaded();
    all.insert(
        all.end(), std::make_move_iterator(queued_.begin()), std::make_move_iterator(queued_.end())
    );
    queued_.clear();
    return all;
}

void DjangoStorage::count_as_shown(std::size_t position) {
    if (!shown_) {
        shown_.emplace();
    }
    shown_->resize(std::max(shown_->size(), position + 1));
    (*shown_)[position] = true;
}

Reading DjangoStorage::read() {
    return {gathered(), {}};
}

void DjangoStorage::finish_reading(const Reading& reading) {
    used = true;
    if (!shown_) {
        shown_.emplace();
    }
    // Messages are only ever added after the others, so these were the first.
    for (std::size_t position = 0; position < reading.messages.size(); ++position) {
        count_as_shown(position);
    }
}

std::optional<DjangoMessage> DjangoStorage::at(std::int64_t index) {
    const std::vector<DjangoMessage>& all = gathered();
    const std::optional<std::size_t> position = index_position(all.size(), index);
    if (!position) {
        return std::nullopt;
    }
    used = true;
    count_as_shown(*position);
    return all[*position];
}

std::vector<DjangoMessage> DjangoStorage::slice(
    std::optional<std::int64_t> start,
    std::optional<std::int64_t> stop,
    std::optional<std::int64_t> step
) {
    const std::vector<DjangoMessage>& all = gathered();
    std::vector<DjangoMessage> result;
    for (const std::size_t position : slice_positions(all.size(), start, stop, step)) {
        used = true;
        count_as_shown(position);
        result.push_back(all[position]);
    }
    return result;
}

std::size_t DjangoStorage::size() {
    return loaded().size() + queued_.size();
}

template<class Same>
bool DjangoStorage::any(Same same) {
    const std::vector<DjangoMessage>& old = loaded();
    return std::any_of(old.begin(), old.end(), same) ||
           std::any_of(queued_.begin(), queued_.end(), same);
}

bool DjangoStorage::contains(std::string_view text) {
    return any([&](const DjangoMessage& message) { return message.message == text; });
}

bool DjangoStorage::contains(Level level) {
    return any([&](const DjangoMessage& message) { return message.level == level; });
}

bool DjangoStorage::contains(const DjangoMessage& message) {
    return any([&](const DjangoMessage& one) { return one == message; });
}

std::string DjangoStorage::str() {
    const Reading reading = read();
    finish_reading(reading);
    return joined_texts(reading.messages);
}

std::string DjangoStorage::repr() {
    return joined_texts(gathered());
}

void DjangoStorage::mark_all_read() {
    finish_reading(read());
}

/// Of the loaded messages.
bool DjangoStorage::was_shown(std::size_t position) const {
    return used && (!shown_ || (position < shown_->size() && (*shown_)[position]));
}

std::vector<DjangoMessage> DjangoStorage::update(http::Response* response) {
    if (!used && !added_new_) {
        return {};
    }
    std::vector<DjangoMessage> kept;
    if (!used || shown_) {
        const std::vector<DjangoMessage>& old = loaded();
        for (std::size_t position = 0; position < old.size(); ++position) {
            if (!was_shown(position)) {
                kept.push_back(old[position]);
            }
        }
    }
    kept.insert(kept.end(), queued_.begin(), queued_.end());
    settled_ = (loaded_ ? loaded_->size() : 0) + queued_.size();
    return store(std::move(kept), response, true);
}

std::string DjangoStorage::lost_at_end() const {
    const std::size_t in_list = loaded_ ? loaded_->size() : 0;
    std::size_t lost = 0;
    for (std::size_t position = settled_; position < in_list + queued_.size(); ++position) {
        lost += position < in_list && was_shown(position) ? 0 : 1;
    }
    return lost == 0
               ? std::string()
               : fmt::format(
                     "messages lost: {}; Request::update() was not called before the end of the "
                     "request, and would have kept them",
                     lost
                 );
}

} // namespace drf_messages::messages
