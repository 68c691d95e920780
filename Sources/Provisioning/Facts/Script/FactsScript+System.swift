extension FactsScript {
  /// What runs on the machine, and what it has: system, cores, memory, swap, disks.
  static let system = #"""
    id= version= like= name= codename=
    for file in /etc/os-release /usr/lib/os-release; do
      [ -f "$file" ] && [ -r "$file" ] || continue
      lines=0
      while IFS= read -r line || [ -n "$line" ]; do
        lines=$((lines + 1))
        [ $lines -le 100 ] || break
        value=${line#*=}
        case $value in
          \"*\") value=${value#\"} value=${value%\"} ;;
          \'*\') value=${value#\'} value=${value%\'} ;;
        esac
        case $line in
          ID=*) id=$value ;;
          VERSION_ID=*) version=$value ;;
          ID_LIKE=*) like=$value ;;
          PRETTY_NAME=*) name=$value ;;
          VERSION_CODENAME=*) codename=$value ;;
        esac
      done <"$file"
      break
    done
    put system "$id" "$version" "$like" "$name"
    if [ -n "$codename" ]; then put codename "$codename"; fi

    put cores "$(nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
    total=
    while read -r key value rest; do
      case $key in MemTotal:) total=$value ;; esac
    done </proc/meminfo
    put memory "$total"
    [ ! -r /proc/swaps ] || while read -r device kind size rest; do
      case $size in *[!0-9]* | '') ;; *) put swap "$device" "$size" ;; esac
    done </proc/swaps

    # disk PATH: what holds it, or the nearest folder above it that is there.
    disk() {
      at=$1
      while [ ! -d "$at" ]; do
        at=${at%/*}
        [ -n "$at" ] || at=/
      done
      at=$(cd "$at" && pwd -P)
      numbers=$(stat -f -c '%S %b %a %c %d' "$at" 2>/dev/null) || return 0
      for_path=$1 at=$at numbers=$numbers awk '
        BEGIN { at = ENVIRON["at"]; if (at != "/") at = at "/"; longest = -1; type = mount = "" }
        {
          point = $2
          gsub(/\\040/, " ", point); gsub(/\\011/, "\t", point); gsub(/\\012/, "\n", point); gsub(/\\134/, "\\", point)
          folder = point == "/" ? "/" : point "/"
          if (index(at, folder) == 1 && length(point) >= longest) {
            longest = length(point); mount = point; type = $3; options = "," $4 ","
          }
        }
        function clean(text) { gsub(/[^ -~]/, "?", text); return substr(text, 1, 512) }
        END {
          split(ENVIRON["numbers"], n, " ")
          flags = (options ~ /,ro,/ ? "r" : "-") (options ~ /,noexec,/ ? "x" : "-")
          printf "disk\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(ENVIRON["for_path"]), clean(mount), clean(type), flags,
            n[1], n[2], n[3], n[4], n[5]
        }' /proc/self/mounts
    }
    for path in "$@"; do disk "$path"; done

    """#
}
