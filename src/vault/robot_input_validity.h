#pragma once
// Inputs of Basic Engine Robots that end, or count no more, with changes of what they name.

#include <vector>

#include "storage/robot_input_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// As invalidate_rules() (vault/robot_access_validity.h), for inputs: those of a strict project
// count no more until somebody stores them again who may grant access. Takes rights only, so these
// all work without the audit trail. Errors: as of the store.
Status invalidate_inputs(Context& context, storage::Transaction& tx, const Actor& actor,
                         const std::vector<storage::RobotInputRow>& inputs, InvalidReason reason);
Status invalidate_inputs_of_robot(Context& context, storage::Transaction& tx, const Actor& actor,
                                  const Uuid& robot, InvalidReason reason);

// A client that went to another project is delivered to nobody, also if it comes back.
Status end_inputs_of_client(Context& context, storage::Transaction& tx, const Actor& actor,
                            const Uuid& client);
// A robot that is no Basic Engine Robot any more takes no input.
Status end_inputs_of_robot(Context& context, storage::Transaction& tx, const Actor& actor,
                           const Uuid& robot);

// Puts a robot's inputs into the index as they are in `tx`.
Status put_inputs_on_commit(Context& context, storage::Transaction& tx, const Uuid& robot);

}  // namespace strongroom::vault
