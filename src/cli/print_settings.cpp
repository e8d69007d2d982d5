// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "config/load.hpp"

#include <ostream>

namespace drf_messages::cli {

int print_settings(Context& context, const SettingsArguments& arguments) {
    if (arguments.reference) {
        context.world.out << config::reference();
    } else if (arguments.sample) {
        context.world.out << config::sample();
    } else {
        context.world.out << config::describe(context.settings);
    }
    return 0;
}

} // namespace drf_messages::cli
