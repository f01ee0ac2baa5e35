#pragma once
// What of notifications somebody should look at.

#include "api/attention.h"
#include "notify/notifier.h"

namespace strongroom::app {

// "notifications_given_up", while there are dead letters: for who manages the server. `notifier`
// must outlive it.
api::AttentionSource notification_attention(const notify::Notifier& notifier);

}  // namespace strongroom::app
