#pragma once
// An export of a project, as a server makes it.

namespace strongroom::cli {

inline constexpr const char* kExportedProject =
    R"({"format":"strongroom project export","version":1,"exported_at":"2026-11-26T15:00:00.000Z",)"
    R"("project":{"name":"Finance","description":"","robot_access":"default"},)"
    R"("target_systems":[{"name":"CRM","all_projects":false,"oauth_enabled":true,"destination":)"
    R"({"service_provider":"generic","grant":"client_credentials","client_authentication":"basic",)"
    R"("consumer_key":"app-1","endpoint_parameters":{"token_endpoint":"https://id.example/token"},)"
    R"("trusted_ca_pem":"","allowed_addresses":[],"proxy":"","default_tenant":""},)"
    R"("callback":"own","supported_accounts":null,"scopes":["read","write"],"resources":[],"keep_alive_days":30,"dpop":true,)"
    R"("owner":{"name":"","email":""},"description":"","tags":[],"consumer_secrets":1,)"
    R"("client_keys":0,"client_certificates":0,"has_proxy_credentials":false}],)"
    R"("oauth_clients":[{"target_system":"CRM","label":"nightly","tenant":"",)"
    R"("allow_basic_engine_robots":false,"expected_account":"","owner":{"name":"","email":""},)"
    R"("disabled":false}],)"
    R"("robots":[{"path":"invoices","name":"collector","kind":"robot","serves":[]}],)"
    R"("robot_access":[{"target_system":"CRM","label":"nightly","robot":{"path":"invoices",)"
    R"("name":"collector"},"path_pattern":""},{"target_system":"CRM","label":"nightly",)"
    R"("robot":null,"path_pattern":"invoices/**"}],)"
    R"("secrets":[{"target_system":"CRM","label":"batch","kind":"password","user_name":"robot",)"
    R"("notes":"","owner":{"name":"","email":""}}],"secret_access":[{"target_system":"CRM",)"
    R"("label":"batch","robot":{"path":"invoices","name":"collector"},"path_pattern":""}],)"
    R"("sealed_secrets":null})";

inline constexpr const char* kExportedSecrets =
    R"({"target_systems":[{"name":"CRM","destination":{"service_provider":"generic",)"
    R"("grant":"client_credentials","client_authentication":"basic","consumer_key":"app-1",)"
    R"("endpoint_parameters":{"token_endpoint":"https://id.example/token"},"trusted_ca_pem":"",)"
    R"("allowed_addresses":[],"proxy":"","default_tenant":""},)"
    R"("consumer_secrets":[{"value":"hush-hush"}],"client_keys":[],"client_certificates":[]}],)"
    R"("secrets":[{"target_system":"CRM","label":"batch","value":"hush"}]})";

}  // namespace strongroom::cli
