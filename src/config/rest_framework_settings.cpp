// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

namespace drf_messages::config {
namespace {

/// The rate of each scope, or "" for one that is not limited. As a dict that replaces REST
/// framework's own as a whole.
Setting throttle_rates() {
    const SettingWords words{
        "REST_FRAMEWORK.DEFAULT_THROTTLE_RATES",
        "Requests in a time for each scope; \"\" does not limit.",
        "{ anon = \"100/day\", user = \"1000/day\" }",
        Rule{
            "each like \"10/min\", a number and s, m, h or d",
            Rule{}.low,
            Rule{}.high,
            is_throttle_rate}};
    Setting setting{words, "table of rates", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        const auto* table = std::get_if<Node::Table>(&node.value);
        if (table == nullptr) {
            wrong_value(words, type, node, reader);
            return;
        }
        auto& rates = settings.rest_framework.default_throttle_rates;
        rates.clear();
        for (const Member& member : *table) {
            auto& rate = rates[member.key];
            if (!Codec<std::optional<std::string>>::read(member.node, words.rule, rate)) {
                reader.problem(
                    member.node.where,
                    fmt::format(
                        "{}.{}: expected a rate like \"10/min\", found {}",
                        words.name,
                        member.key,
                        found(member.node)
                    )
                );
            }
        }
    };
    setting.write = [](const Settings& settings) {
        Node::Table table;
        for (const auto& [scope, rate] : settings.rest_framework.default_throttle_rates) {
            table.push_back({scope, {}, Codec<std::optional<std::string>>::write(rate)});
        }
        return Node{std::move(table), {}, {}};
    };
    return setting;
}

} // namespace

std::vector<Setting> rest_framework_settings() {
    using R = RestFrameworkSettings;
    return {
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_RENDERER_CLASSES",
             "Forms of answers.",
             "[\"rest_framework.renderers.JSONRenderer\"]",
             any,
             "DEFAULT_RENDERER_CLASSES"},
            &R::default_renderer_classes
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_PARSER_CLASSES",
             "Forms of bodies.",
             "[\"rest_framework.parsers.JSONParser\"]",
             any,
             "DEFAULT_PARSER_CLASSES"},
            &R::default_parser_classes
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_AUTHENTICATION_CLASSES",
             "Who is asked for the user, in order.",
             "[\"rest_framework.authentication.TokenAuthentication\"]",
             any,
             "DEFAULT_AUTHENTICATION_CLASSES"},
            &R::default_authentication_classes
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_PERMISSION_CLASSES",
             "Who may.",
             "[\"rest_framework.permissions.IsAuthenticated\"]",
             any,
             "DEFAULT_PERMISSION_CLASSES"},
            &R::default_permission_classes
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_THROTTLE_CLASSES",
             "Who is slowed down.",
             "[\"rest_framework.throttling.AnonRateThrottle\"]",
             any,
             "DEFAULT_THROTTLE_CLASSES"},
            &R::default_throttle_classes
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_CONTENT_NEGOTIATION_CLASS",
             "How the form of an answer is chosen.",
             "\"rest_framework.negotiation.DefaultContentNegotiation\"",
             any,
             "DEFAULT_CONTENT_NEGOTIATION_CLASS"},
            &R::default_content_negotiation_class
        ),
        make_setting(
            {.name = "REST_FRAMEWORK.DEFAULT_METADATA_CLASS",
             .help = "What OPTIONS answers; \"\" for 405.",
             .example = "\"rest_framework.metadata.SimpleMetadata\"",
             .classes = "DEFAULT_METADATA_CLASS",
             .none = true},
            &R::default_metadata_class
        ),
        make_setting(
            {.name = "REST_FRAMEWORK.DEFAULT_VERSIONING_CLASS",
             .help = "Where a request says its version; \"\" for nowhere.",
             .example = "\"rest_framework.versioning.AcceptHeaderVersioning\"",
             .classes = "DEFAULT_VERSIONING_CLASS",
             .none = true},
            &R::default_versioning_class
        ),
        make_setting(
            {.name = "REST_FRAMEWORK.DEFAULT_PAGINATION_CLASS",
             .help = "How lists are cut into pages; \"\" for not at all.",
             .example = "\"rest_framework.pagination.LimitOffsetPagination\"",
             .classes = "DEFAULT_PAGINATION_CLASS",
             .none = true},
            &R::default_pagination_class
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_FILTER_BACKENDS",
             "What filters and orders lists.",
             "[\"django_filters.rest_framework.DjangoFilterBackend\"]",
             any,
             "DEFAULT_FILTER_BACKENDS"},
            &R::default_filter_backends
        ),
        throttle_rates(),
        make_setting(
            {"REST_FRAMEWORK.NUM_PROXIES",
             "Proxies in front, for throttling by address.",
             "1",
             not_negative},
            &R::num_proxies
        ),
        make_setting(
            {"REST_FRAMEWORK.PAGE_SIZE", "Items on a page.", "20", not_negative}, &R::page_size
        ),
        make_setting(
            {"REST_FRAMEWORK.SEARCH_PARAM", "Query parameter of searches.", "\"q\""},
            &R::search_param
        ),
        make_setting(
            {"REST_FRAMEWORK.ORDERING_PARAM", "Query parameter of the order.", "\"sort\""},
            &R::ordering_param
        ),
        make_setting(
            {"REST_FRAMEWORK.DEFAULT_VERSION", "Version of a request that says none.", "\"1.0\""},
            &R::default_version
        ),
        make_setting(
            {"REST_FRAMEWORK.ALLOWED_VERSIONS",
             "Versions that are answered; \"\" for all.",
             "[\"1.0\", \"2.0\"]"},
            &R::allowed_versions
        ),
        make_setting(
            {"REST_FRAMEWORK.VERSION_PARAM", "Name of the version's parameter.", "\"v\""},
            &R::version_param
        ),
        make_setting(
            {.name = "REST_FRAMEWORK.UNAUTHENTICATED_USER",
             .help = "Who an unknown visitor is; \"\" for nobody.",
             .example = "\"django.contrib.auth.models.AnonymousUser\"",
             .classes = "UNAUTHENTICATED_USER",
             .none = true},
            &R::unauthenticated_user
        ),
        make_setting(
            {"REST_FRAMEWORK.URL_FORMAT_OVERRIDE",
             "Query parameter that chooses the form of an answer.",
             "\"as\""},
            &R::url_format_override
        ),
        make_setting(
            {"REST_FRAMEWORK.FORMAT_SUFFIX_KWARG",
             "Name of the format suffix in routes.",
             "\"format\""},
            &R::format_suffix_kwarg
        ),
        make_setting(
            {"REST_FRAMEWORK.DATETIME_FORMAT",
             "How times look: \"iso-8601\", or a format of Python's strftime.",
             "\"%Y-%m-%d %H:%M\""},
            &R::datetime_format
        ),
        make_setting(
            {"REST_FRAMEWORK.UNICODE_JSON", "Leaves letters beyond ASCII as they are.", "false"},
            &R::unicode_json
        ),
        make_setting(
            {"REST_FRAMEWORK.COMPACT_JSON", "JSON without spaces.", "false"}, &R::compact_json
        ),
        make_setting(
            {"REST_FRAMEWORK.STRICT_JSON", "Refuses NaN and infinity.", "false"}, &R::strict_json
        ),
        make_setting(
            {"REST_FRAMEWORK.COERCE_DECIMAL_TO_STRING", "Decimals as texts.", "false"},
            &R::coerce_decimal_to_string
        ),
        make_setting(
            {"REST_FRAMEWORK.COERCE_BIGINT_TO_STRING",
             "Ids as texts; from REST framework 3.17 on.",
             "true"},
            &R::coerce_bigint_to_string
        ),
        make_setting(
            {"REST_FRAMEWORK.NON_FIELD_ERRORS_KEY",
             "Key of errors that belong to no field.",
             "\"errors\""},
            &R::non_field_errors_key
        ),
        make_setting(
            {"REST_FRAMEWORK.URL_FIELD_NAME", "Name of the field that links to itself.", "\"url\""},
            &R::url_field_name
        ),
        make_setting(
            {"REST_FRAMEWORK.SCHEMA_COERCE_PATH_PK",
             "The OpenAPI document calls the key in a path as the field, `id`, and not `pk`.",
             "false"},
            &R::schema_coerce_path_pk
        ),
    };
}

} // namespace drf_messages::config
