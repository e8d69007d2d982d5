// SPDX-License-Identifier: MIT
#pragma once

#include "sql/foresight.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql {

/// Two hashes, or a hash and a text, as one.
std::uint64_t hashed(std::uint64_t hash, std::string_view text);

/// Whatever this thread has been foretold may be another way now: it has written, or code was
/// called that may have.
void doubt_the_foretold() noexcept;

/// What one request asks of its connection for as long as it lives: the questions that it will ask
/// are guessed when it asks its first one, and the connection sends them along. An answer is handed
/// out once, to a question with the same text and parameters, next in turn; any other question, a
/// write, a transaction, or an error leaves the rest of no use. At its end it tells the Foresight
/// what has been asked. Used by one thread.
class Foretold {
public:
    struct Kind {
        /// Of what says what is asked: method, route, query.
        std::uint64_t hash = 0;
        /// That of a row, which the request itself names.
        std::optional<std::int64_t> number{};
    };

    /// Questions that travel with the first, at most.
    static constexpr std::size_t most_questions = 4;

    /// Both must live longer. The connection is to have been asked nothing by the request.
    Foretold(Foresight& foresight, Connection& connection, Kind kind);
    Foretold(const Foretold&) = delete;
    Foretold& operator=(const Foretold&) = delete;
    ~Foretold();

    /// Who asks, as the request has found out; only such requests are learned from.
    void set_user(const Value& user);

    // ---- for connections, about questions outside of transactions

    struct Question {
        Statement statement{};
        std::span<const Value> parameters{};
    };

    /// Whether no question was asked yet.
    bool is_beginning() const noexcept { return !has_begun_ && !is_over_; }

    /// Begins with the first question. What will probably be asked behind it: valid as long as
    /// this.
    std::span<const Question> begin(const Statement& first, std::span<const Value> parameters);

    /// The first question was answered, and so many of those, one after the other.
    void were_answered(std::size_t count) noexcept;

    /// Which of their answers is this question's, if any. Without one the rest is of no use.
    std::optional<std::size_t> take(const Statement& statement, std::span<const Value> parameters);

    /// The last question that was asked has failed.
    void fail() noexcept;

    /// Something else than a question: from here on nothing is foretold, or learned.
    void end() noexcept;

private:
    struct Asked {
        std::string name;
        std::string text;
        std::vector<KeptValue> parameters;
    };

    bool resolve(const ForeseenQuestion& foreseen);
    void record(const Statement& statement, std::span<const Value> parameters);
    bool was_asked(std::string_view text) const;
    ForeseenQuestion foreseen(Asked asked) const;
    void learn();
    void learn_questions();

    Foresight& foresight_;
    Connection& connection_;
    const Kind kind_;
    std::uint64_t hash_ = 0;       ///< of the kind and the first question's text
    std::uint64_t credential_ = 0; ///< of the first question
    std::uint64_t first_text_ = 0; ///< its hash
    bool has_begun_ = false;
    bool is_over_ = false;
    std::uint64_t doubts_ = 0; ///< of this thread, when the answers were there

    std::vector<std::string> first_; ///< the first question's texts, by parameter
    KeptValue guessed_user_;
    std::shared_ptr<const Future> future_;
    std::vector<Value> values_; ///< of all questions_
    std::array<Question, most_questions> questions_;
    std::size_t question_count_ = 0;
    std::size_t answered_ = 0;
    std::size_t taken_ = 0;
    bool are_of_no_use_ = false; ///< answers that were not taken

    KeptValue user_;
    std::vector<Asked> asked_; ///< behind those that were taken
    bool last_was_recorded_ = false;
};

} // namespace drf_messages::sql
