// SPDX-License-Identifier: MIT
#include "api/classes/custom_call.hpp"

#include "api/exchange/value.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace drf_messages::api {
namespace {

struct Free {
    void operator()(char* text) const noexcept { std::free(text); }
};

std::string type_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, Free> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status)
    );
    return status == 0 ? name.get() : type.name();
}

} // namespace

ApiError api_error(const rest::APIException& exception) {
    if (const auto* refused = dynamic_cast<const rest::Throttled*>(&exception)) {
        const auto wait = refused->wait();
        return throttled(wait ? std::optional<std::int64_t>(wait->count()) : std::nullopt);
    }
    ApiError error;
    error.status = exception.status();
    error.words = {exception.what(), {}};
    if (exception.data()) {
        error.answer = data_of(*exception.data());
    }
    return error;
}

void rethrow_from_custom_class(const ClassName& name) {
    try {
        throw;
    } catch (const ApiError&) {
        throw;
    } catch (const rest::APIException& exception) {
        throw api_error(exception);
    } catch (const Answerable&) {
        throw;
    } catch (const std::exception& exception) {
        throw CustomClassError(fmt::format("{} threw {}", name, type_name(typeid(exception))));
    } catch (...) {
        throw CustomClassError(fmt::format("{} threw what is no std::exception", name));
    }
}

} // namespace drf_messages::api
