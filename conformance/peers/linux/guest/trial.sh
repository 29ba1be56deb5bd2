# A host that does what guest-sh.py tells it (sourced instead of a host's run), for host-trigger.sh.
# shellcheck shell=sh disable=SC2154

# What the kernel waits for must end within a case: seconds.
for name in admin_timeout io_timeout; do
  echo "${patience:-5}" >/sys/module/nvme_core/parameters/$name
done
printf '#!/bin/sh\nexec /bin/sh 2>&1\n' >/bin/ctl; chmod 755 /bin/ctl
nc -ll -p 7000 -e /bin/ctl &
say HOST-READY
wait_for_end() { while [ ! -e /tmp/end ]; do sleep 0.2; done; }
wait_for_end
pass "trials"
