#pragma once
// Puts restored files in the place of those that there are: all of them, or none.
//
//   DIR/restore.new/...   built and checked there, on the file system where it will be
//   DIR/restore.switch    written durably: from here on the restore has happened
//   each file is moved: what there was to DIR/before-restore-TIME/, the new one to its place
//
// A process that is killed before the second step leaves the old state, and one that is killed
// after it the new one: whoever takes the directory's lock next finishes what was begun, or clears
// it away. All of it works by renames within the directory, so it needs no further room, and the
// directory itself may be a mount point.

#include <string>

#include "base/result.h"

namespace strongroom::backup {

// Where a restore is built.
std::string new_files(const std::string& data_directory);
// Whether a restore has happened there that was cut off before all of its files were in place:
// finish_switch() then finishes it.
bool is_switch_begun(const std::string& data_directory);
// What must not be there, so that anybody may see it: called by whoever holds the lock of
// `data_directory`, before its files are opened. Finishes a switch that was begun; removes what was
// only built. Errors: kUnavailable, files cannot be moved; nobody may open them.
Status finish_switch(const std::string& data_directory);

// Makes what lies in new_files() the state of the directory. What there was is kept in `kept`, a
// name below the directory. Errors: kUnavailable; as finish_switch(), which then finishes it.
Status switch_over(const std::string& data_directory, const std::string& kept);

}  // namespace strongroom::backup
