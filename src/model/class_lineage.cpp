// SPDX-License-Identifier: MIT
#include "model/class_lineage.hpp"

#include <algorithm>

namespace drf_messages {

std::vector<ClassName>
class_lineage(const std::map<ClassName, ClassSettings>& classes, const ClassName& name) {
    std::vector<ClassName> lineage{name};
    for (auto entry = classes.find(name); entry != classes.end();
         entry = classes.find(lineage.back())) {
        const ClassName& base = entry->second.base;
        if (std::find(lineage.begin(), lineage.end(), base) != lineage.end()) {
            break;
        }
        lineage.push_back(base);
    }
    return lineage;
}

bool is_subclass(
    const std::map<ClassName, ClassSettings>& classes, const ClassName& name, std::string_view base
) {
    const auto lineage = class_lineage(classes, name);
    return std::find(lineage.begin(), lineage.end(), base) != lineage.end();
}

} // namespace drf_messages
