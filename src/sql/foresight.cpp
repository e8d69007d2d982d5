// SPDX-License-Identifier: MIT
#include "sql/foresight.hpp"

#include <type_traits>
#include <utility>

namespace drf_messages::sql {
namespace {

using Lock = std::unique_lock<std::mutex>;

/// Longer keys are no numbers of ours, and would make the memory large.
constexpr std::size_t longest_user_bytes = 64;

} // namespace

Value value_of(const KeptValue& kept) {
    return std::visit(
        [](const auto& held) -> Value {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
                return std::string_view(held);
            } else {
                return held;
            }
        },
        kept
    );
}

Foresight::Foresight() = default;
Foresight::~Foresight() = default;

std::shared_ptr<const Future> Foresight::future(std::uint64_t kind) {
    Kind& place = kinds_[kind % kinds];
    const Lock lock(place.mutex, std::try_to_lock);
    if (!lock || place.hash != kind) {
        return nullptr;
    }
    place.is_in_use = true;
    return place.future;
}

void Foresight::learn(std::uint64_t kind, std::shared_ptr<const Future> future) {
    Kind& place = kinds_[kind % kinds];
    const Lock lock(place.mutex, std::try_to_lock);
    if (!lock) {
        return;
    }
    // What is asked all the time gives way to what is asked twice meanwhile, not to what comes
    // once.
    if (place.hash != kind && std::exchange(place.is_in_use, false)) {
        return;
    }
    place.hash = kind;
    place.future.swap(future);
}

Foresight::User& Foresight::place_of(Shard& shard, std::uint64_t credential) const {
    return shard.users[credential / shards % users_of_shard];
}

KeptValue Foresight::user_of(std::uint64_t credential) {
    Shard& shard = shards_[credential % shards];
    const Lock lock(shard.mutex, std::try_to_lock);
    if (!lock) {
        return {};
    }
    const User& place = place_of(shard, credential);
    return place.credential == credential ? place.user : KeptValue();
}

void Foresight::learn_user(std::uint64_t credential, const KeptValue& user) {
    const auto* text = std::get_if<std::string>(&user);
    if (text != nullptr && text->size() > longest_user_bytes) {
        return;
    }
    Shard& shard = shards_[credential % shards];
    const Lock lock(shard.mutex, std::try_to_lock);
    if (lock) {
        place_of(shard, credential) = {credential, user};
    }
}

void Foresight::forget_user(std::uint64_t credential) {
    Shard& shard = shards_[credential % shards];
    const Lock lock(shard.mutex, std::try_to_lock);
    if (lock && place_of(shard, credential).credential == credential) {
        place_of(shard, credential) = {};
    }
}

} // namespace drf_messages::sql
