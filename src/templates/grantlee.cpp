// SPDX-License-Identifier: MIT
#include "templates/safe_messages.hpp"
#include "templates/shown_message.hpp"

#include <drf_messages/level.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/templates/grantlee.hpp>

#include <QtCore/QMetaType>
#include <QtCore/QVariant>
#include <grantlee/context.h>
#include <grantlee/metatype.h>
#include <grantlee/outputstream.h>

#include <list>
#include <memory>
#include <utility>

namespace drf_messages::templates {

/// The variable `messages`: copies share what loops have read.
class LazyMessages {
public:
    LazyMessages() = default; // Qt makes one before it copies
    explicit LazyMessages(const MessageStorage& storage)
        : state_(std::make_shared<State>(storage)) {}

    /// The texts that wait, which is what the variable is as text, and true when there are any.
    QString text() const {
        return state_ ? QString::fromStdString(state_->storage.repr()) : QString();
    }

    /// What waits, marked as shown. Valid as long as a copy of this.
    const QVariantList& show() const {
        static const QVariantList none;
        if (!state_) {
            return none;
        }
        QVariantList& shown = state_->shown.emplace_back();
        for (const DjangoMessage& message : state_->storage) {
            ShownMessage value(message);
            shown.append(
                message.is_safe ? state_->safe.add(std::move(value)) : QVariant::fromValue(value)
            );
        }
        return shown;
    }

private:
    struct State {
        explicit State(const MessageStorage& of) : storage(of) {}
        MessageStorage storage;
        SafeMessages safe;
        std::list<QVariantList> shown; ///< of each loop, for one may stand inside another
    };

    std::shared_ptr<State> state_;
};

} // namespace drf_messages::templates

Q_DECLARE_METATYPE(drf_messages::templates::LazyMessages)

GRANTLEE_BEGIN_LOOKUP(drf_messages::templates::ShownMessage)
return object.attribute(property);
GRANTLEE_END_LOOKUP

namespace drf_messages::templates {
namespace {

using QtMetaTypePrivate::QSequentialIterableImpl;

/// Tells Grantlee once what a list of messages and a message are.
void register_types() {
    static const bool registered = [] {
        Grantlee::registerMetaType<ShownMessage>();
        QMetaType::registerConverter<ShownMessage, QString>([](const ShownMessage& message) {
            return message.message;
        });
        // Grantlee asks for the text where it needs a truth, and for the list where it loops.
        QMetaType::registerConverter<LazyMessages, QString>([](const LazyMessages& messages) {
            return messages.text();
        });
        QMetaType::registerConverter<LazyMessages, QSequentialIterableImpl>(
            [](const LazyMessages& messages) { return QSequentialIterableImpl(&messages.show()); }
        );
        return true;
    }();
    static_cast<void>(registered);
}

QVariantHash default_levels() {
    return {
        {QStringLiteral("DEBUG"), level::DEBUG},
        {QStringLiteral("INFO"), level::INFO},
        {QStringLiteral("SUCCESS"), level::SUCCESS},
        {QStringLiteral("WARNING"), level::WARNING},
        {QStringLiteral("ERROR"), level::ERROR}};
}

/// - Django: django/utils/html.py, escape.
class HtmlStream final : public Grantlee::OutputStream {
public:
    explicit HtmlStream(QTextStream* stream) : OutputStream(stream) {}

    QString escape(const QString& input) const override {
        QString escaped = input.toHtmlEscaped(); // leaves the apostrophe
        return escaped.replace(QLatin1Char('\''), QLatin1String("&#x27;"));
    }

    QSharedPointer<OutputStream> clone(QTextStream* stream) const override {
        return QSharedPointer<OutputStream>(new HtmlStream(stream));
    }
};

} // namespace

void insert_messages(Grantlee::Context& context, const MessageStorage& storage) {
    register_types();
    context.insert(QStringLiteral("messages"), QVariant::fromValue(LazyMessages(storage)));
    context.insert(QStringLiteral("DEFAULT_MESSAGE_LEVELS"), default_levels());
}

void insert_messages(Grantlee::Context& context, Request& request) {
    insert_messages(context, messages::get_messages(request));
}

QString render(const Grantlee::Template& page, Grantlee::Context& context) {
    QString result;
    QTextStream text(&result);
    HtmlStream stream(&text);
    page->render(&stream, &context);
    return result;
}

} // namespace drf_messages::templates
