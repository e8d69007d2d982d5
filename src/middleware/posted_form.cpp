// SPDX-License-Identifier: MIT
#include "middleware/posted_form.hpp"

#include "middleware/bad_request.hpp"
#include "middleware/multipart.hpp"
#include "middleware/required.hpp"

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

} // namespace drf_messages::middleware
