// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/errors.hpp"
#include "base/answerable.hpp"
#include "sql/foretold.hpp"

#include <drf_messages/rest/exceptions.hpp>
#include <drf_messages/settings.hpp>

#include <stdexcept>

namespace drf_messages::api {

/// A class of the application threw what is no answer. Says which class and what type, nothing of
/// the exception's own text, which may hold anything.
class CustomClassError : public std::runtime_error, public Answerable {
public:
    using std::runtime_error::runtime_error;

    Answer answer() const noexcept override { return {500}; }
};

/// The answer that a class of the application has thrown.
ApiError api_error(const rest::APIException& exception);

/// Turns the exception that is being handled into one of ours: ApiError for an answer; what the
/// library itself threw below the class passes; anything else becomes CustomClassError.
[[noreturn]] void rethrow_from_custom_class(const ClassName& name);

/// Calls into a class of the application, which may have written what was read before.
template<class Call>
auto call_custom(const ClassName& name, Call&& call) {
    sql::doubt_the_foretold();
    try {
        return call();
    } catch (...) {
        rethrow_from_custom_class(name);
    }
}

} // namespace drf_messages::api
