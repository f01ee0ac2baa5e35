#include "app/vault_rows.h"

#include <thread>

#include "vault/index_loader.h"

namespace strongroom::app {

Status load_rows(vault::Context& context, vault::RowSets& row_sets) {
  vault::IndexLoader loader(context);
  STRONGROOM_CHECK(loader.begin());
  Status beside;
  Status here;
  {
    const std::jthread thread([&] {
      beside = row_sets.open(context.store, context.sealer);
      if (beside) beside = loader.load_rules();
      if (beside) beside = loader.load_clients();
    });
    here = loader.load_clients();
  }
  STRONGROOM_CHECK(beside);
  STRONGROOM_CHECK(here);
  return loader.join();
}

}  // namespace strongroom::app
