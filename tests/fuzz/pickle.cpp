// SPDX-License-Identifier: MIT
// Pickles: what is read is written, in every protocol, so that it reads the same again.
#include "django/pickle.hpp"

#include "django/python_json.hpp"
#include "fuzz.hpp"

#include <boost/json/object.hpp>

using namespace drf_messages;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = django::read_pickle(fuzz::text(data, size));
    if (!value)
        return 0;
    static_cast<void>(django::python_datetime(*value));
    // Text, since NaN does not equal itself.
    const auto json = django::write_spaced_python_json(*value);
    if (value->is_object() && !django::skipped_classes(value->get_object()).empty())
        return 0; // never written
    std::string first;
    for (const int protocol : {2, 3, 4, 5}) {
        const auto written = django::write_pickle(*value, protocol);
        const auto again = django::read_pickle(written);
        fuzz::require(again.has_value());
        fuzz::require(django::write_spaced_python_json(*again) == json);
        const auto canonical = django::write_pickle(*again, 5);
        if (first.empty())
            first = canonical;
        fuzz::require(canonical == first);
    }
    return 0;
}
