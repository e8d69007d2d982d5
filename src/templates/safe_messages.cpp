// SPDX-License-Identifier: MIT
#include "templates/safe_messages.hpp"

#include <grantlee/metatype.h>
#include <grantlee/safestring.h>

#include <mutex>
#include <unordered_map>
#include <utility>

namespace drf_messages::templates {
namespace {

/// Every safe message that is being shown, by the place of its text, which no other string has
/// while it lives. From any thread.
class Shown {
public:
    void add(const ShownMessage& message) {
        const std::scoped_lock lock(mutex_);
        by_text_[message.message.constData()] = &message;
    }

    void remove(const ShownMessage& message) {
        const std::scoped_lock lock(mutex_);
        by_text_.erase(message.message.constData());
    }

    QVariant attribute(const QString& text, const QString& name) const {
        const std::scoped_lock lock(mutex_);
        const auto found = by_text_.find(text.constData());
        return found == by_text_.end() ? QVariant() : found->second->attribute(name);
    }

private:
    mutable std::mutex mutex_;
    std::unordered_map<const QChar*, const ShownMessage*> by_text_;
};

Shown& shown() {
    static Shown shown;
    return shown;
}

QVariant look_up(const QVariant& string, const QString& name) {
    const QVariant found = shown().attribute(string.value<Grantlee::SafeString>().get(), name);
    // the text as an attribute is as safe as the message
    return found.userType() == QMetaType::QString && name == QLatin1String("message") ? string
                                                                                      : found;
}

void register_look_up() {
    static const bool registered = [] {
        Grantlee::MetaType::internalLock();
        Grantlee::MetaType::registerLookUpOperator(qMetaTypeId<Grantlee::SafeString>(), look_up);
        Grantlee::MetaType::internalUnlock();
        return true;
    }();
    static_cast<void>(registered);
}

} // namespace

SafeMessages::~SafeMessages() {
    for (const ShownMessage& message : messages_) {
        shown().remove(message);
    }
}

QVariant SafeMessages::add(ShownMessage message) {
    register_look_up();
    const ShownMessage& kept = messages_.emplace_back(std::move(message));
    shown().add(kept);
    return QVariant::fromValue(Grantlee::SafeString(kept.message, Grantlee::SafeString::IsSafe));
}

} // namespace drf_messages::templates
