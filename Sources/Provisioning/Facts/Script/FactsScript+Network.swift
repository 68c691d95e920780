extension FactsScript {
  /// Interfaces, addresses, default routes, and who listens.
  static let network = #"""
    count=0
    for folder in /sys/class/net/*; do
      [ -d "$folder" ] && [ $count -lt 1000 ] || continue
      count=$((count + 1))
      first "$folder/operstate"
      state=$line
      first "$folder/address"
      put interface "${folder##*/}" "$state" "$line"
    done
    if have ip; then
      ip -o addr show 2>/dev/null | awk '
        $3 == "inet" || $3 == "inet6" {
          name = $2; sub(/@.*/, "", name); sub(/:$/, "", name)
          address = $4
          if ($5 == "peer") { split($6, peer, "/"); address = address "/" peer[2] }
          scope = ""
          for (i = 5; i < NF; i++) if ($i == "scope") { scope = $(i + 1); break }
          record = name "\t" address "\t" scope
          gsub(/[^ -~\t]/, "?", record)
          if (++count <= 2000) print "address\t" record
        }'
    fi
    [ ! -r /proc/net/route ] || awk '
      $2 == "00000000" && $8 == "00000000" && $1 != "*" { if (++count <= 50) print "route\t4\t" $1 "\t" $7 }' /proc/net/route
    [ ! -r /proc/net/ipv6_route ] || awk '
      $1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { if (++count <= 50) print "route\t6\t" $10 "\t" $6 }' /proc/net/ipv6_route

    tables=
    for table in /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6; do
      [ ! -r "$table" ] || tables="$tables $table"
    done
    listeners=$([ -z "$tables" ] || awk '
      function number(hex,   i, sum) {
        for (i = 1; i <= length(hex); i++) sum = sum * 16 + index("123456789ABCDEF", substr(hex, i, 1))
        return sum + 0
      }
      FNR == 1 { kind = FILENAME ~ /tcp/ ? "tcp" : "udp"; next }
      (kind == "tcp" && $4 == "0A") || (kind == "udp" && $4 == "07" && $3 ~ /:0000$/) {
        split($2, local, ":")
        record = kind "\t" local[1] "\t" number(local[2])
        if (!(record in seen) && ++count <= 4000) print "listen\t" record "\t" $10
        seen[record] = 1
      }' $tables)
    [ -z "$listeners" ] || printf '%s\n' "$listeners"
    # Who holds the ports that the cluster wants; the others are nobody's business, and looking takes long.
    sockets=$(printf '%s\n' "$listeners" | wanted=" $wanted_ports " awk -F '\t' '
      index(ENVIRON["wanted"], " " $4 " ") && $5 != "0" { printf "%s ", $5 }')
    [ -z "$sockets" ] || ls -l /proc/[0-9]*/fd 2>/dev/null | sockets=" $sockets" awk '
      /^\/proc\/[0-9]+\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
      match($0, /socket:\[[0-9]+\]$/) {
        socket = substr($0, RSTART + 8, RLENGTH - 9)
        if (index(ENVIRON["sockets"], " " socket " ") && !(socket in seen)) { seen[socket] = 1; print socket, pid }
      }' | while read -r socket pid; do
      first "/proc/$pid/comm"
      comm=$line unit=
      [ ! -r "/proc/$pid/cgroup" ] || while IFS= read -r line; do
        case $line in
          */kubepods*) unit=kubepods ;;
          */system.slice/*.service*)
            unit=${line##*/system.slice/}
            unit=${unit%%/*}
            ;;
        esac
      done <"/proc/$pid/cgroup"
      put owner "$socket" "$pid" "$comm" "$unit"
    done

    """#
}
