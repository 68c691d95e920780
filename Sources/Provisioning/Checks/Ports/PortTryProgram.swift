/// Programs that try ports of other machines, many at once.
///
/// Arguments: mark, seconds for each, then `tcp:6443:marked:10.0.0.1`…; `marked` if the listener there answers with the mark,
/// `plain` if somebody else listens and a connection is all that can be had. They say of each, by its number from 0, `open`,
/// `refused`, `silent`, `unreachable` or `foreign`.
enum PortTryProgram {
  static let python = #"""
    import errno, select, socket, sys, time
    mark, seconds, words = sys.argv[1].encode(), float(sys.argv[2]), sys.argv[3:]

    def named(code):
        return "refused" if code == errno.ECONNREFUSED else "silent" if code == errno.ETIMEDOUT else "unreachable"

    def batch(first, words):
        poll, open_sockets = select.poll(), {}
        def done(number, outcome):
            s = open_sockets.pop(number)
            poll.unregister(s[0])
            s[0].close()
            sys.stdout.write("try\t%d\t%s\n" % (s[1], outcome))
        for index, word in enumerate(words):
            transport, port, kind, address = word.split(":", 3)
            tcp = transport == "tcp"
            s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                              socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
            s.setblocking(False)
            open_sockets[s.fileno()] = (s, first + index, tcp, kind)
            poll.register(s, select.POLLOUT if tcp else select.POLLIN)
            code = s.connect_ex((address, int(port)))
            if code not in (0, errno.EINPROGRESS):
                done(s.fileno(), named(code))
        end, again = time.monotonic() + seconds, 0
        while open_sockets:
            now = time.monotonic()
            if now >= end:
                break
            if now >= again:
                again = now + 0.3
                for number, (s, _, tcp, _) in list(open_sockets.items()):
                    if not tcp:
                        try:
                            s.send(mark)
                        except OSError as error:
                            if error.errno not in (errno.EAGAIN, errno.ENOBUFS):
                                done(number, named(error.errno))
            for number, event in poll.poll(max(1, int((min(again, end) - now) * 1000))):
                if number not in open_sockets:
                    continue
                s, _, tcp, kind = open_sockets[number]
                code = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code:
                    done(number, named(code))
                elif tcp and kind == "plain":
                    done(number, "open")
                elif tcp and not event & select.POLLIN:
                    poll.modify(s, select.POLLIN)
                else:
                    try:
                        done(number, "open" if s.recv(512) == mark else "foreign")
                    except BlockingIOError:
                        pass
                    except OSError as error:
                        done(number, named(error.errno))
        for number in list(open_sockets):
            done(number, "silent")

    for first in range(0, len(words), 200):
        batch(first, words[first:first + 200])
    sys.stdout.write("end\n")

    """#

  static let perl = #"""
    use strict; use warnings; use Socket qw(:all); use POSIX qw(:errno_h); use Fcntl; use Time::HiRes qw(time);
    my ($mark, $seconds, @words) = @ARGV;
    $SIG{PIPE} = 'IGNORE';
    sub named { my $code = shift; $code == ECONNREFUSED ? 'refused' : $code == ETIMEDOUT ? 'silent' : 'unreachable' }
    my $first = 0;
    while (my @batch = splice(@words, 0, 200)) {
      my %open;
      my $done = sub {
        my ($number, $outcome) = @_;
        my $s = delete $open{$number};
        print "try\t$s->{index}\t$outcome\n";
        close $s->{socket};
      };
      for my $word (@batch) {
        my ($transport, $port, $kind, $address) = split /:/, $word, 4;
        my $tcp = $transport eq 'tcp';
        my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
        socket(my $s, $family, $tcp ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
        fcntl($s, F_SETFL, fcntl($s, F_GETFL, 0) | O_NONBLOCK);
        my $packed = inet_pton($family, $address);
        my $number = fileno($s);
        $open{$number} = {socket => $s, index => $first++, tcp => $tcp, kind => $kind, write => $tcp};
        my $place = $family == AF_INET6 ? pack_sockaddr_in6($port, $packed) : pack_sockaddr_in($port, $packed);
        connect($s, $place) or $! == EINPROGRESS or $done->($number, named($! + 0));
      }
      my ($end, $again) = (time() + $seconds, 0);
      while (%open) {
        my $now = time();
        last if $now >= $end;
        if ($now >= $again) {
          $again = $now + 0.3;
          for my $number (keys %open) {
            next if $open{$number}{tcp} || defined send($open{$number}{socket}, $mark, 0);
            $done->($number, named($! + 0)) unless $! == EAGAIN || $! == ENOBUFS;
          }
        }
        my ($reads, $writes) = ('', '');
        for my $number (keys %open) {
          if ($open{$number}{write}) { vec($writes, $number, 1) = 1 } else { vec($reads, $number, 1) = 1 }
        }
        my $wait = ($again < $end ? $again : $end) - $now;
        next unless select($reads, $writes, undef, $wait > 0 ? $wait : 0.01) > 0;
        for my $number (grep { vec($reads, $_, 1) || vec($writes, $_, 1) } keys %open) {
          my $s = $open{$number};
          my $code = unpack('i', getsockopt($s->{socket}, SOL_SOCKET, SO_ERROR));
          if ($code) { $done->($number, named($code)) }
          elsif ($s->{write} && $s->{kind} eq 'plain') { $done->($number, 'open') }
          elsif ($s->{write}) { $s->{write} = 0 }
          else {
            my $length = sysread($s->{socket}, my $data, 512);
            if (defined $length) { $done->($number, $data eq $mark ? 'open' : 'foreign') }
            elsif ($! != EAGAIN) { $done->($number, named($! + 0)) }
          }
        }
      }
      $done->($_, 'silent') for keys %open;
    }
    print "end\n";

    """#

  /// Needs `timeout` and `head`, which coreutils and busybox have. `read` would lose a datagram behind its first byte.
  static let bash = #"""
    mark=$1 seconds=$2
    shift 2
    try() {
      transport=${2%%:*} rest=${2#*:}
      port=${rest%%:*} rest=${rest#*:}
      kind=${rest%%:*} address=${rest#*:}
      said=$(timeout "$seconds" bash -c '
        exec 3<>"/dev/$1/$2/$3" || exit 3
        [ "$4" = marked ] || exit 0
        [ "$1" = tcp ] || printf %s "$5" >&3 || exit 3
        text=$(head -c "${#5}" <&3)
        [ "$text" = "$5" ] || exit 4' try "$transport" "$address" "$port" "$kind" "$mark" 2>&1)
      case $?:$said in
        0:*) outcome=open ;;
        124:* | 143:*) outcome=silent ;;
        *refused*) outcome=refused ;;
        3:*) outcome=unreachable ;;
        *) if [ "$transport" = udp ]; then outcome=refused; else outcome=foreign; fi ;;
      esac
      printf 'try\t%s\t%s\n' "$1" "$outcome"
    }
    number=0
    for word; do
      try "$number" "$word" &
      number=$((number + 1))
      [ $((number % 40)) != 0 ] || wait
    done
    wait
    echo end

    """#
}
