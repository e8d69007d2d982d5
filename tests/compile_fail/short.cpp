// SPDX-License-Identifier: MIT
// Mistakes that are easily made, of which the compiler says in a few lines what to write instead.
// MISTAKE is the number.
#if MISTAKE > 7
#include <drf_messages/request.hpp> // first: how it was included takes lines too
#endif
#include <drf_messages/drf_messages.hpp>

#include <string>

namespace drf_messages {

const std::string text = "warning";

#if MISTAKE == 1
const Condition wrong = field::level == "warning";
#elif MISTAKE == 2
const Condition wrong = field::level >= "warning";
#elif MISTAKE == 3
const Condition wrong = field::level != text;
#elif MISTAKE == 4
const Condition wrong = field::id == 7;
#elif MISTAKE == 5
const Condition wrong = field::id < 7;
#elif MISTAKE == 6
const Condition wrong = field::user == 7;
#elif MISTAKE == 7
const Condition wrong = field::user != "0b1f";
#elif MISTAKE == 8
Request wrong(Site& site) {
    return Request(site, {.user = 1, .view_name = "profile:save"});
}
#elif MISTAKE == 9
Request wrong(Transaction& transaction) {
    return Request(transaction, {.user = 1});
}
#endif

} // namespace drf_messages
