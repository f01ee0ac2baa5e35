#include "backup/open_data.h"

#include <utility>

#include "backup/manifest.h"
#include "storage/sqlite_store.h"

namespace strongroom::backup {

Result<std::unique_ptr<OpenData>> OpenData::open(const std::string& directory,
                                                 const Surroundings& surroundings,
                                                 crypto::RootKey root_key) {
  std::unique_ptr<OpenData> data(new OpenData(directory, surroundings));
  STRONGROOM_CHECK(data->open_state(std::move(root_key)));
  return data;
}

Status OpenData::open_state(crypto::RootKey root_key) {
  STRONGROOM_TRY(store_, storage::open_sqlite({.path = directory_ + "/" + std::string(kStatePart),
                                               .on_mac_changes = row_sets_.observer()},
                                              storage::state_schema(), surroundings_.log));
  keys_.emplace(std::move(root_key), surroundings_.random);
  STRONGROOM_CHECK(surroundings_.load_keys(*store_, *keys_));
  sealer_.emplace(*keys_, surroundings_.random);
  return row_sets_.open(*store_, *sealer_);
}

Status OpenData::open_trail() {
  STRONGROOM_TRY(trail_, audit::Trail::open({.path = directory_ + "/" + std::string(kAuditPart)},
                                            *store_, surroundings_.clock, surroundings_.log));
  return {};
}

identity::Context OpenData::identity() {
  return {*store_,           *trail_,        *sealer_, surroundings_.random, surroundings_.clock,
          surroundings_.log, people_changes_};
}

}  // namespace strongroom::backup
