#pragma once
// How many files and sockets this process may have open.

#include <cstddef>

#include "base/log.h"

namespace strongroom::app {

// Raises the limit as far as it goes without rights that we do not have: many systems start
// programs with 1024, for the sake of those that use select(2). None is used here.
void raise_descriptor_limit();

// The limit as it is now.
std::size_t descriptor_limit();

// How many of `wanted` connections there can be with that many descriptors, so that enough are left
// for databases, providers, the admin socket and the management listener.
std::size_t connections_within(std::size_t wanted, std::size_t descriptors);

// The same with the limit as it is now; the log says where it is less than what was configured.
std::size_t possible_connections(std::size_t wanted, Log& log);

}  // namespace strongroom::app
