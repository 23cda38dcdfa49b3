#!/bin/sh
# Prepares the namespaces of an engine under test (mounts, processes) and becomes its first process: what ends this, ends
# the engine with everything that it has started. What it mounts is seen by nobody else.
set -e
devices=$1
shift

# As an ordinary machine has them: any user may open these two.
mkdir -p "$devices" /dev/net
mount -t tmpfs -o mode=755 none "$devices"
for device in net/tun,10,200 fuse,10,229; do
  IFS=, read -r name major minor <<EOF
$device
EOF
  node=$devices/${name##*/}
  mknod "$node" c "$major" "$minor"
  chmod 666 "$node"
  [ -e "/dev/$name" ] || : >"/dev/$name"
  mount --bind "$node" "/dev/$name"
done

# A machine with both versions of cgroups: the second one has no controllers, and Podman takes it for usable.
if [ -d /sys/fs/cgroup/unified ]; then umount /sys/fs/cgroup/unified; fi

# An engine that runs as root keeps what is not below its own directory here.
if [ "$1" = --as-root ]; then
  shift
  ip link set lo up
  mount -t tmpfs none /run
  mkdir -p /var/lib/cni
  mount -t tmpfs none /var/lib/cni
fi

exec catatonit -- "$@"
