// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/class_table.hpp"

#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>

#include <any>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace drf_messages::api {

/// The classes of an application at work: one object for each name that the settings use, shared by
/// every view of the site. A handle; used while views are made, by one thread.
class CustomClasses {
public:
    CustomClasses() : CustomClasses(rest::Classes()) {}
    explicit CustomClasses(rest::Classes classes)
        : state_(std::make_shared<State>(State{std::move(classes), {}})) {}

    const rest::Classes& registered() const noexcept { return state_->registered; }

    /// The object of a class; null when it leads to no class that is registered as a T.
    /// - ours: the attributes of a subclass that are not the object's own business.
    /// - throws std::invalid_argument when its factory gives null or leaves an attribute unread,
    ///   and what the factory throws.
    template<rest::Base T>
    std::shared_ptr<const T>
    find(const ClassAttributes& attributes, std::span<const ClassAttribute> ours = {}) const {
        const auto* factory = registered().find<T>(attributes.base());
        if (factory == nullptr) {
            return nullptr;
        }
        auto& object = state_->objects[attributes.name()];
        if (!object.has_value()) {
            const rest::Attributes asked(attributes);
            std::shared_ptr<const T> made = (*factory)(asked);
            if (made == nullptr) {
                refuse_null(attributes);
            }
            attributes.allow_only([&](std::string_view attribute) {
                return asked.was_read(attribute) || contains(ours, attribute);
            });
            object = std::move(made);
        }
        return std::any_cast<std::shared_ptr<const T>>(object);
    }

    /// Throws std::invalid_argument: the class of `attributes` cannot stand where `ours` can.
    [[noreturn]] void refuse(
        const Settings& settings, const SettingClasses& ours, const ClassAttributes& attributes
    ) const;

private:
    struct State {
        rest::Classes registered;
        std::map<ClassName, std::any> objects;
    };

    [[noreturn]] static void refuse_null(const ClassAttributes& attributes);

    std::shared_ptr<State> state_;
};

} // namespace drf_messages::api
