// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/attributes.hpp>
#include <drf_messages/settings.hpp>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::rest {

class Authentication;
class FilterBackend;
class MessagesViewSet;
class Pagination;
class Permission;
class Renderer;
class Throttle;

/// The classes that an application may derive from.
template<class T>
concept Base = std::same_as<T, Authentication> || std::same_as<T, Permission> ||
    std::same_as<T, FilterBackend> || std::same_as<T, Pagination> || std::same_as<T, Throttle> ||
    std::same_as<T, Renderer> || std::same_as<T, MessagesViewSet>;

/// Makes an object of a registered class, once for each name by which the settings refer to it.
template<Base T>
using Factory = std::function<std::unique_ptr<T>(const Attributes&)>;

/// The classes of an application under the names that settings use for them, exactly like the
/// built-in ones:
///
///     rest::Classes classes;
///     classes.add<IsCustomer>("shop.permissions.IsCustomer");
///     Site site(settings, {.classes = classes});
///
/// A value that is passed to the site; there is no global registry.
class DRF_MESSAGES_API Classes {
public:
    /// Registers `Class`, which is constructed from Attributes if it has such a constructor,
    /// otherwise without arguments. Throws std::invalid_argument for a name that is empty, taken,
    /// or built in.
    template<class Class>
    requires(!Base<Class>) Classes& add(std::string_view name) {
        return add<BaseOf<Class>>(name, [](const Attributes& attributes) {
            if constexpr (std::is_constructible_v<Class, const Attributes&>) {
                return std::make_unique<Class>(attributes);
            } else {
                return std::make_unique<Class>();
            }
        });
    }

    /// As above, with a function that makes the object from Attributes or without arguments.
    template<Base T, std::invocable<const Attributes&> Function>
    Classes& add(std::string_view name, Function factory) {
        insert(name, Factory<T>(std::move(factory)));
        return *this;
    }
    template<Base T, std::invocable<> Function>
    Classes& add(std::string_view name, Function factory) {
        insert(
            name,
            Factory<T>([factory = std::move(factory)](const Attributes&) -> std::unique_ptr<T> {
                return factory();
            })
        );
        return *this;
    }

    // ---- for the library itself
    /// Null when the name is not registered, or registered as another kind of class.
    template<Base T>
    const Factory<T>* find(std::string_view name) const {
        const auto found = factories_.find(name);
        return found == factories_.end() ? nullptr : std::get_if<Factory<T>>(&found->second);
    }
    bool contains(std::string_view name) const { return factories_.contains(name); }
    bool empty() const noexcept { return factories_.empty(); }
    /// The names that are registered as this kind, sorted.
    template<Base T>
    std::vector<ClassName> names() const {
        std::vector<ClassName> names;
        for (const auto& [name, factory] : factories_) {
            if (std::holds_alternative<Factory<T>>(factory)) {
                names.push_back(name);
            }
        }
        return names;
    }
    std::vector<ClassName> names() const;

private:
    using AnyFactory = std::variant<
        Factory<Authentication>,
        Factory<Permission>,
        Factory<FilterBackend>,
        Factory<Pagination>,
        Factory<Throttle>,
        Factory<Renderer>,
        Factory<MessagesViewSet>>;

    template<class Class, class... Candidates>
    struct FirstBase;
    template<class Class, class First, class... Others>
    struct FirstBase<Class, First, Others...> : std::conditional_t<
                                                    std::derived_from<Class, First>,
                                                    std::type_identity<First>,
                                                    FirstBase<Class, Others...>> {};
    template<class Class>
    struct FirstBase<Class> {};
    /// A compile error here means that the class derives from none of the bases.
    template<class Class>
    using BaseOf = typename FirstBase<
        Class,
        Authentication,
        Permission,
        FilterBackend,
        Pagination,
        Throttle,
        Renderer,
        MessagesViewSet>::type;

    void insert(std::string_view name, AnyFactory factory);

    std::map<ClassName, AnyFactory, std::less<>> factories_;
};

} // namespace drf_messages::rest
