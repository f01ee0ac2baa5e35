#include "vault/server_settings.h"

#include "storage/server_setting_rows.h"
#include "vault/change_event.h"
#include "vault/lookup_index.h"
#include "vault/row_mac.h"

namespace strongroom::vault {

Result<ServerSettings> ServerSwitches::get(const Actor& actor) const {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return ServerSettings{.basic_engine_robots_forbidden =
                            context_.index.basic_engine_is_forbidden()};
}

Result<ServerSettings> ServerSwitches::change(const Actor& actor,
                                              const ServerSettingsChange& change) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageServer));
  const auto& forbid = change.basic_engine_robots_forbidden;
  if (!forbid || *forbid == context_.index.basic_engine_is_forbidden()) return get(actor);
  if (!*forbid) STRONGROOM_CHECK(need_writable_audit(context_));
  const Status stored = context_.store.write([&](storage::Transaction& tx) -> Status {
    storage::ServerSettingRow row{.name = std::string(kBasicEngineForbidden),
                                  .value = std::string(*forbid ? kYes : kNo)};
    STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
    STRONGROOM_CHECK(storage::put_server_setting(tx, row));
    tx.on_commit([this, forbid] { context_.index.forbid_basic_engine(*forbid); });
    return record(context_, tx, actor,
                  {.action = audit::Action::kServerSettingChanged,
                   .subject = {},
                   .name = row.name,
                   .reason = *forbid ? "on" : "off"});
  });
  STRONGROOM_CHECK(stored);
  return ServerSettings{.basic_engine_robots_forbidden = *forbid};
}

}  // namespace strongroom::vault
