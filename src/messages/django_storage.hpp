// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/storage.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {

/// The messages that one place keeps from one request to the next.
struct KeptMessages {
    std::vector<DjangoMessage> messages;
    bool present = false; ///< the place was in use, though perhaps empty
    /// false: there was no room for all of them, so the next place has the others
    bool all_retrieved = true;
};

/// The storages of django.contrib.messages: oldest first, kept by the visitor until they have been
/// shown. Index and slice, which Django's do not have, remove exactly what they show. As with
/// DBStorage, an iteration that is left before its end removes nothing.
/// - Django: django/contrib/messages/storage/base.py, BaseStorage.
class DjangoStorage : public Storage {
public:
    using Storage::Storage;

    Reading read() override;
    void finish_reading(const Reading& reading) override;
    std::optional<DjangoMessage> at(std::int64_t index) override;
    std::vector<DjangoMessage> slice(
        std::optional<std::int64_t> start,
        std::optional<std::int64_t> stop,
        std::optional<std::int64_t> step
    ) override;
    std::size_t size() override;
    bool empty() override { return size() == 0; }
    bool contains(std::string_view text) override;
    bool contains(Level level) override;
    bool contains(const DjangoMessage& message) override;
    std::string str() override;
    std::string repr() override;
    void mark_all_read() override;
    std::vector<DjangoMessage> update(http::Response* response) override;
    std::string lost_at_end() const override;

    /// The messages that wait in this storage's place. Django: BaseStorage._get.
    virtual KeptMessages load() = 0;
    /// Replaces the contents of the place, and returns the messages that did not fit: the oldest,
    /// or the newest. Django: BaseStorage._store.
    virtual std::vector<DjangoMessage>
    store(std::vector<DjangoMessage> messages, http::Response* response, bool remove_oldest) = 0;

private:
    Result<std::optional<MessageId>> keep(
        Level level, std::string_view message, const std::vector<std::string>& extra_tags
    ) override;
    std::vector<DjangoMessage>& loaded();
    /// All messages in one list, those of this request after the others.
    std::vector<DjangoMessage>& gathered();
    void count_as_shown(std::size_t position);
    bool was_shown(std::size_t position) const;
    template<class Same>
    bool any(Same same);

    std::optional<std::vector<DjangoMessage>> loaded_;
    std::vector<DjangoMessage> queued_;
    /// which of the loaded messages were shown; absent: `used` applies to all of them
    std::optional<std::vector<bool>> shown_;
    bool added_new_ = false;
    /// so many, of the loaded ones and then the queued ones, are where they are kept
    std::size_t settled_ = 0;
};

} // namespace drf_messages::messages
