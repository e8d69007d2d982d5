// SPDX-License-Identifier: MIT
#include "middleware/posted_form.hpp"

#include "middleware/bad_request.hpp"
#include "middleware/multipart.hpp"
#include "middleware/required.hpp"

#include <utility>

namespace drf_messages::middleware {

PostedForm::PostedForm(HttpRequest& request)
    : wire_(request.wire), content_type_(request.header("Content-Type").value_or("")),
      charset_(request.charset()),
      most_fields_(request.site.settings.data_upload_max_number_fields) {
    const Settings& settings = request.site.settings;
    const std::string media_type = media_type_of(content_type_);
    if (settings.data_upload_max_memory_size &&
        wire_.body.size() > *settings.data_upload_max_memory_size) {
        throw BadRequest("the body exceeds DATA_UPLOAD_MAX_MEMORY_SIZE");
    }
    if (media_type == "application/x-www-form-urlencoded") {
        fields_ = required_form(request);
    }
    multipart_ = media_type == "multipart/form-data";
}

std::optional<std::string> PostedForm::get(std::string_view name) const {
    if (fields_) {
        const auto value = fields_->get(name);
        return value ? std::optional<std::string>(*value) : std::nullopt;
    }
    if (!multipart_) {
        return std::nullopt;
    }
    return multipart_field(content_type_, wire_.body, name, charset_, most_fields_);
}

std::vector<std::string> PostedForm::getlist(std::string_view name) const {
    std::vector<std::string> values;
    for (auto& [field, value] : items()) {
        if (field == name) {
            values.push_back(std::move(value));
        }
    }
    return values;
}

std::vector<std::pair<std::string, std::string>> PostedForm::items() const {
    if (fields_) {
        return fields_->items();
    }
    std::vector<std::pair<std::string, std::string>> items;
    if (multipart_) {
        for (MultipartField& field :
             multipart_fields(content_type_, wire_.body, charset_, most_fields_)) {
            if (!field.is_file) {
                items.emplace_back(std::move(field.name), std::move(field.value));
            }
        }
    }
    return items;
}

} // namespace drf_messages::middleware
