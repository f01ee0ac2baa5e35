#pragma once
// Events as other systems take them: JSON, OCSF, and syslog around either.
//
// What is shipped can be sent twice: `id` tells that it is the same event, and `sequence`, which
// has no gaps, that none is missing.

#include <string>
#include <string_view>

#include "audit/trail.h"

namespace strongroom::audit {

// Who ships them.
struct Shipper {
  std::string server;   // as checkpoints name it
  std::string version;  // of the program
  std::string host;     // its name
};

// {"server":"…","sequence":7,"hash":"…","event":{…}}, `event` as it is stored; without a newline.
std::string json_record(const Trail::Entry& entry, const Shipper& shipper);

// An event of the Open Cybersecurity Schema Framework 1.3, without a newline: Authentication
// (3002), Account Change (3001) or API Activity (6003). What has no place there is in `unmapped`.
// docs/audit.md has the table.
std::string ocsf_record(const Trail::Entry& entry, const Shipper& shipper);

// `record` in a message of RFC 5424, framed by its length as RFC 5425 section 4.3 asks for it.
std::string syslog_frame(const Trail::Entry& entry, const Shipper& shipper,
                         std::string_view record);

}  // namespace strongroom::audit
