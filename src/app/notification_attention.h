#pragma once
// What of notifications somebody should look at.

#include "api/attention.h"
#include "app/notifier.h"

namespace strongroom::app {

// "notifications_given_up", while there are dead letters: for who manages the server. `notifier`
// must outlive it.
api::AttentionSource notification_attention(const Notifier& notifier);

}  // namespace strongroom::app
