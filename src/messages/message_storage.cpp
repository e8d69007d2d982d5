// SPDX-License-Identifier: MIT
#include "messages/query_set_factory.hpp"
#include "messages/request_state.hpp"
#include "text/plural.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_storage.hpp>

#include <fmt/format.h>

#include <ostream>
#include <stdexcept>
#include <utility>

namespace drf_messages {

struct MessageStorage::Iterator::Pass {
    std::shared_ptr<messages::RequestState> state;
    messages::Reading reading;
    std::size_t position = 0;

    bool at_end() const noexcept { return position == reading.messages.size(); }

    void finish() const {
        state->refuse_ended();
        if (state->storage != nullptr) {
            state->storage->finish_reading(reading);
        }
    }
};

MessageStorage::Iterator::Iterator(std::shared_ptr<Pass> pass) : pass_(std::move(pass)) {}

const DjangoMessage& MessageStorage::Iterator::operator*() const {
    return pass_->reading.messages.at(pass_->position);
}

MessageStorage::Iterator& MessageStorage::Iterator::operator++() {
    if (pass_->at_end()) {
        throw std::out_of_range("the iteration over the messages has come to its end before");
    }
    ++pass_->position;
    if (pass_->at_end()) {
        pass_->finish();
    }
    return *this;
}

bool MessageStorage::Iterator::operator==(std::default_sentinel_t /*end*/) const noexcept {
    return pass_->at_end();
}

MessageStorage::MarkReadScope::MarkReadScope(std::shared_ptr<messages::RequestState> state)
    : state_(std::move(state)) {}

MessageStorage::MarkReadScope::~MarkReadScope() {
    if (!state_) {
        return;
    }
    const std::shared_ptr<messages::RequestState> state = state_;
    try {
        try {
            close();
        } catch (const std::exception& error) {
            state->database->log(LogLevel::error, error.what());
        } catch (...) {
            state->database->log(LogLevel::error, "messages could not be marked as read");
        }
    } catch (...) {
        // The log failed too; there is nobody else to tell.
    }
}

void MessageStorage::MarkReadScope::close() {
    if (const std::shared_ptr<messages::RequestState> state = std::exchange(state_, nullptr)) {
        state->refuse_ended();
        if (state->storage != nullptr) {
            state->storage->mark_all_read();
        }
    }
}

MessageStorage::MessageStorage(std::shared_ptr<messages::RequestState> state)
    : state_(std::move(state)) {
    if (!state_) {
        throw std::logic_error("the request was moved from");
    }
}

messages::Storage* MessageStorage::storage() const {
    state_->refuse_ended();
    return state_->storage;
}

MessageStorage::Iterator MessageStorage::begin() const {
    messages::Storage* const storage = this->storage();
    auto pass = std::make_shared<Iterator::Pass>();
    pass->state = state_;
    if (storage != nullptr) {
        pass->reading = storage->read();
    }
    if (pass->at_end()) {
        pass->finish();
    }
    return Iterator(std::move(pass));
}

DjangoMessage MessageStorage::operator[](std::int64_t index) const {
    messages::Storage* const storage = this->storage();
    std::optional<DjangoMessage> found = storage == nullptr ? std::nullopt : storage->at(index);
    if (!found) {
        throw std::out_of_range("there is no message at this index");
    }
    return *std::move(found);
}

std::vector<DjangoMessage> MessageStorage::slice(
    std::optional<std::int64_t> start,
    std::optional<std::int64_t> stop,
    std::optional<std::int64_t> step
) const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr ? std::vector<DjangoMessage>() : storage->slice(start, stop, step);
}

std::size_t MessageStorage::size() const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr ? 0 : storage->size();
}

bool MessageStorage::empty() const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr || storage->empty();
}

bool MessageStorage::contains(std::string_view text) const {
    messages::Storage* const storage = this->storage();
    return storage != nullptr && storage->contains(text);
}

bool MessageStorage::contains(Level level) const {
    messages::Storage* const storage = this->storage();
    return storage != nullptr && storage->contains(level);
}

bool MessageStorage::contains(const DjangoMessage& message) const {
    messages::Storage* const storage = this->storage();
    return storage != nullptr && storage->contains(message);
}

bool MessageStorage::contains(const Message& message) const {
    return contains(DjangoMessage{message.level, message.message, {}});
}

std::string MessageStorage::str() const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr ? std::string() : storage->str();
}

std::string MessageStorage::repr() const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr ? std::string() : storage->repr();
}

Level MessageStorage::level() const {
    messages::Storage* const storage = this->storage();
    return storage == nullptr ? state_->database->settings().message_level : storage->level();
}

void MessageStorage::set_level(std::optional<Level> level) const {
    if (messages::Storage* const storage = this->storage()) {
        storage->set_level(level);
    }
}

bool MessageStorage::used() const {
    messages::Storage* const storage = this->storage();
    return storage != nullptr && storage->used;
}

void MessageStorage::set_used(bool used) const {
    if (messages::Storage* const storage = this->storage()) {
        storage->used = used;
    }
}

void MessageStorage::add(Level level, std::string_view message, const ExtraTags& extra_tags) const {
    messages::Storage* const storage = this->storage();
    if (storage == nullptr) {
        throw MessageFailure();
    }
    const auto added = storage->add(level, message, extra_tags.list());
    if (!added) {
        throw Refused(static_cast<errc>(added.error().value()));
    }
}

MessageQuerySet MessageStorage::get_queryset() const {
    state_->refuse_ended();
    return messages::query_set_of(state_);
}

MessageQuerySet MessageStorage::get_unread_queryset() const {
    return get_queryset().filter(field::read_at.is_null());
}

MessageStorage::MarkReadScope MessageStorage::mark_read_on_exit() const {
    state_->refuse_ended();
    return MarkReadScope(state_);
}

void MessageStorage::update(http::Response& response) const {
    messages::Storage* const storage = this->storage();
    const auto lost =
        storage == nullptr ? 0 : static_cast<std::int64_t>(storage->update(&response).size());
    if (lost > 0) {
        state_->database->log(
            LogLevel::warning,
            fmt::format(
                "There was no room for {} message{}, or their session cannot be written",
                lost,
                text::plural(lost)
            )
        );
    }
}

std::ostream& operator<<(std::ostream& stream, const MessageStorage& storage) {
    return stream << storage.str();
}

} // namespace drf_messages
