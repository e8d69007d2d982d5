// SPDX-License-Identifier: MIT
#pragma once

#include "pages/login_page.hpp"

namespace drf_messages::admin {

class AdminSite;

/// The admin's own log-in, for members of staff.
/// - Django: contrib/admin/forms.py, AdminAuthenticationForm.
class AdminLoginPages final : public pages::LoginPages {
public:
    /// - site: must outlive it.
    explicit AdminLoginPages(const AdminSite& site) : site_(site) {}

    std::string form(middleware::HttpRequest& request, const pages::LoginPage& page) const override;
    std::string logged_out(middleware::HttpRequest& request) const override;
    bool lets_in(const User& user) const override { return user.is_staff; }
    std::string_view refusal() const override {
        return "Please enter the correct {} and password for a staff account. Note that both "
               "fields may be case-sensitive.";
    }

private:
    const AdminSite& site_;
};

} // namespace drf_messages::admin
