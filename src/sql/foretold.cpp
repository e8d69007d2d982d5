// SPDX-License-Identifier: MIT
#include "sql/foretold.hpp"

#include <algorithm>
#include <functional>
#include <type_traits>
#include <utility>

namespace drf_messages::sql {
namespace {

/// How many requests in a row must not want what is foretold before less is.
constexpr int enough_unused = 3;
/// How many must want something else before nothing is foretold for a while.
constexpr int enough_wrong = 3;
constexpr int rest_requests = 1000;
constexpr std::size_t most_parameters = 32;
constexpr std::size_t longest_text_bytes = 4000;
constexpr std::size_t longest_value_bytes = 256;

thread_local std::uint64_t doubts_of_thread = 0;

std::optional<KeptValue> kept(const Value& value) {
    return std::visit(
        [](const auto& held) -> std::optional<KeptValue> {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, Timestamp>) {
                return std::nullopt;
            } else if constexpr (std::is_same_v<Held, std::string_view>) {
                return held.size() > longest_value_bytes
                           ? std::nullopt
                           : std::optional(KeptValue(std::string(held)));
            } else {
                return KeptValue(held);
            }
        },
        value
    );
}

bool begins_with(
    const std::vector<ForeseenQuestion>& all, const std::vector<ForeseenQuestion>& beginning
) {
    return beginning.size() <= all.size() &&
           std::equal(beginning.begin(), beginning.end(), all.begin());
}

} // namespace

std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
    constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;
    return (hash ^ std::hash<std::string_view>()(text)) * spread + (hash << 7) + (hash >> 3);
}

void doubt_the_foretold() noexcept {
    ++doubts_of_thread;
}

Foretold::Foretold(Foresight& foresight, Connection& connection, Kind kind)
    : foresight_(foresight), connection_(connection), kind_(kind) {
    connection_.foretell(this);
}

Foretold::~Foretold() {
    connection_.foretell(nullptr);
    try {
        learn();
    } catch (...) {
        // Without memory nothing is learned.
    }
}

void Foretold::set_user(const Value& user) {
    user_ = kept(user).value_or(KeptValue());
}

std::span<const Foretold::Question>
Foretold::begin(const Statement& first, std::span<const Value> parameters) {
    has_begun_ = true;
    first_text_ = hashed(0, first.text);
    hash_ = hashed(kind_.hash, first.text);
    credential_ = first_text_;
    first_.reserve(parameters.size());
    for (const Value& value : parameters) {
        const auto* text = std::get_if<std::string_view>(&value);
        first_.emplace_back(text != nullptr ? *text : std::string_view());
        credential_ = hashed(credential_, first_.back());
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            credential_ = hashed(credential_, std::to_string(*number));
        }
    }
    future_ = foresight_.future(hash_);
    if (!future_ || future_->questions.empty()) {
        return {};
    }
    guessed_user_ = foresight_.user_of(credential_);
    std::size_t count = 0;
    for (const ForeseenQuestion& question : future_->questions) {
        count += question.parameters.size();
    }
    values_.reserve(count); // spans of it must stay valid
    while (question_count_ < future_->questions.size() &&
           resolve(future_->questions[question_count_])) {
        ++question_count_;
    }
    return std::span(questions_).first(question_count_);
}

/// Adds a question with its parameters; false where one of them is not known.
bool Foretold::resolve(const ForeseenQuestion& foreseen) {
    const std::size_t begin = values_.size();
    for (const ForeseenQuestion::Parameter& parameter : foreseen.parameters) {
        switch (parameter.source) {
        case ForeseenQuestion::Source::constant:
            values_.push_back(value_of(parameter.constant));
            break;
        case ForeseenQuestion::Source::user:
            if (std::holds_alternative<std::monostate>(guessed_user_)) {
                return false;
            }
            values_.push_back(value_of(guessed_user_));
            break;
        case ForeseenQuestion::Source::first:
            if (parameter.index >= first_.size()) {
                return false;
            }
            values_.emplace_back(std::string_view(first_[parameter.index]));
            break;
        case ForeseenQuestion::Source::number:
            if (!kind_.number) {
                return false;
            }
            values_.emplace_back(*kind_.number);
            break;
        }
    }
    questions_[question_count_] = {
        {foreseen.name, foreseen.text}, std::span<const Value>(values_).subspan(begin)};
    return true;
}

void Foretold::were_answered(std::size_t count) noexcept {
    answered_ = count;
    // Whatever else the thread has done meanwhile was for others.
    doubts_ = doubts_of_thread;
}

std::optional<std::size_t>
Foretold::take(const Statement& statement, std::span<const Value> parameters) {
    last_was_recorded_ = false;
    if (doubts_ != doubts_of_thread) {
        end();
    }
    if (is_over_ || !has_begun_) {
        return std::nullopt;
    }
    if (taken_ < answered_ && !are_of_no_use_) {
        const Question& next = questions_[taken_];
        if (next.statement.text == statement.text &&
            std::equal(
                next.parameters.begin(), next.parameters.end(), parameters.begin(), parameters.end()
            )) {
            return taken_++;
        }
    }
    are_of_no_use_ = true;
    try {
        record(statement, parameters);
    } catch (...) {
        end(); // without memory nothing is learned
    }
    return std::nullopt;
}

bool Foretold::was_asked(std::string_view text) const {
    return hashed(0, text) == first_text_ ||
           std::any_of(
               questions_.begin(),
               questions_.begin() + static_cast<std::ptrdiff_t>(taken_),
               [&](const Question& question) { return question.statement.text == text; }
           ) ||
           std::any_of(asked_.begin(), asked_.end(), [&](const Asked& asked) {
               return asked.text == text;
           });
}

/// Who asks the same again wants to know what has become of it: that is not foretold, nor what
/// comes behind.
void Foretold::record(const Statement& statement, std::span<const Value> parameters) {
    if (taken_ + asked_.size() >= most_questions || !only_reads(statement.text) ||
        statement.text.size() > longest_text_bytes || parameters.size() > most_parameters ||
        was_asked(statement.text)) {
        end();
        return;
    }
    Asked asked{std::string(statement.name), std::string(statement.text), {}};
    for (const Value& value : parameters) {
        auto one = kept(value);
        if (!one) {
            end();
            return;
        }
        asked.parameters.push_back(*std::move(one));
    }
    asked_.push_back(std::move(asked));
    last_was_recorded_ = true;
}

void Foretold::fail() noexcept {
    if (last_was_recorded_) {
        asked_.pop_back();
    }
    end();
}

void Foretold::end() noexcept {
    last_was_recorded_ = false;
    are_of_no_use_ = true;
    is_over_ = true;
}

ForeseenQuestion Foretold::foreseen(Asked asked) const {
    ForeseenQuestion question{std::move(asked.name), std::move(asked.text), {}};
    for (KeptValue& value : asked.parameters) {
        ForeseenQuestion::Parameter parameter;
        const auto* text = std::get_if<std::string>(&value);
        const auto first =
            text == nullptr ? first_.end() : std::find(first_.begin(), first_.end(), *text);
        if (value == user_) {
            parameter.source = ForeseenQuestion::Source::user;
        } else if (kind_.number && value == KeptValue(*kind_.number)) {
            parameter.source = ForeseenQuestion::Source::number;
        } else if (first != first_.end() && !text->empty()) {
            parameter.source = ForeseenQuestion::Source::first;
            parameter.index = static_cast<std::size_t>(first - first_.begin());
        } else {
            parameter.constant = std::move(value);
        }
        question.parameters.push_back(std::move(parameter));
    }
    return question;
}

void Foretold::learn() {
    if (!has_begun_) {
        return;
    }
    if (std::holds_alternative<std::monostate>(user_)) {
        // Nobody, or refused: that says nothing about others.
        foresight_.forget_user(credential_);
        return;
    }
    if (user_ != guessed_user_) {
        foresight_.learn_user(credential_, user_);
    }
    learn_questions();
}

void Foretold::learn_questions() {
    const bool has_failed = taken_ < answered_;
    if (future_ && future_->rest.load(std::memory_order_relaxed) > 0) {
        future_->rest.fetch_sub(1, std::memory_order_relaxed);
        return;
    }
    if (asked_.empty()) {
        if (!has_failed) {
            if (future_ && taken_ > 0) {
                future_->unused.store(0, std::memory_order_relaxed);
                future_->wrong.store(0, std::memory_order_relaxed);
            }
            return;
        }
        if (future_->unused.fetch_add(1, std::memory_order_relaxed) + 1 < enough_unused) {
            return;
        }
    }
    std::vector<ForeseenQuestion> questions;
    if (taken_ > 0) {
        questions.assign(
            future_->questions.begin(),
            future_->questions.begin() + static_cast<std::ptrdiff_t>(taken_)
        );
    }
    for (Asked& asked : asked_) {
        questions.push_back(foreseen(std::move(asked)));
    }
    int wrong = future_ ? future_->wrong.load(std::memory_order_relaxed) : 0;
    if (!asked_.empty() && has_failed && ++wrong >= enough_wrong) {
        foresight_.learn(
            hash_,
            std::make_shared<const Future>(
                std::vector<ForeseenQuestion>(), enough_wrong - 1, rest_requests
            )
        );
        return;
    }
    if (!asked_.empty() && future_ && begins_with(future_->questions, questions)) {
        // It was asked with another user, or not sent along.
        future_->wrong.store(wrong, std::memory_order_relaxed);
        return;
    }
    foresight_.learn(hash_, std::make_shared<const Future>(std::move(questions), wrong));
}

} // namespace drf_messages::sql
