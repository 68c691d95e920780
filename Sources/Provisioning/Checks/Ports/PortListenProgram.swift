/// Programs that listen on ports until their time is over and answer each caller with a mark.
///
/// Arguments: address, mark, seconds, a process that they do not outlive, then `tcp:6443`, `udp:8472`… They say of each port whether
/// it is theirs, leave a child that listens, and end. They close whatever they inherited first, or who started them would wait for the child; and they end only when the
/// child has a session of its own, since what is left of a script's is ended with it. Nothing is written to the disk; the child ends by
/// itself within a second of that process, when nobody stops it.
enum PortListenProgram {
  static let python = #"""
    import os, select, socket, sys, time
    address, mark, seconds, master = sys.argv[1], sys.argv[2].encode(), float(sys.argv[3]), "/proc/" + sys.argv[4]
    os.closerange(3, 1024)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    poll, sockets = select.poll(), {}
    for word in sys.argv[5:]:
        transport, port = word.split(":")
        s = socket.socket(family, socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM)
        s.setblocking(False)
        try:
            if transport == "tcp":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((address, int(port)))
            if transport == "tcp":
                s.listen(64)
        except OSError:
            sys.stdout.write("taken\t%s\t%s\n" % (transport, port))
            continue
        sockets[s.fileno()] = (s, transport)
        poll.register(s, select.POLLIN)
        sys.stdout.write("listening\t%s\t%s\n" % (transport, port))
    sys.stdout.flush()
    its_turn, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        os.read(its_turn, 1)
        sys.stdout.write("process\t%d\nend\n" % child)
        sys.stdout.flush()
        os._exit(0)
    os.setsid()
    os.close(told)
    os.close(its_turn)
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.chdir("/")
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.path.exists(master):
        for number, _ in poll.poll(1000):
            s, transport = sockets[number]
            try:
                if transport == "tcp":
                    caller = s.accept()[0]
                    caller.send(mark)
                    caller.close()
                else:
                    data, caller = s.recvfrom(512)
                    if data == mark:
                        s.sendto(mark, caller)
            except OSError:
                pass

    """#

  static let perl = #"""
    use strict; use warnings; use Socket qw(:all); use POSIX qw(setsid);
    my ($address, $mark, $seconds, $master, @words) = @ARGV;
    POSIX::close($_) for 3 .. 1023;
    my $v6 = $address =~ /:/;
    my $family = $v6 ? AF_INET6 : AF_INET;
    my %sockets;
    $| = 1;
    for my $word (@words) {
      my ($transport, $port) = split /:/, $word;
      my $tcp = $transport eq 'tcp';
      socket(my $s, $family, $tcp ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
      setsockopt($s, SOL_SOCKET, SO_REUSEADDR, pack('l', 1)) if $tcp;
      my $packed = inet_pton($family, $address);
      my $place = $v6 ? pack_sockaddr_in6($port, $packed) : pack_sockaddr_in($port, $packed);
      unless (bind($s, $place) && (!$tcp || listen($s, 64))) { print "taken\t$transport\t$port\n"; next }
      $sockets{fileno($s)} = [$s, $tcp];
      print "listening\t$transport\t$port\n";
    }
    pipe(my $turn, my $told) or exit 1;
    my $child = fork();
    exit 1 unless defined $child;
    if ($child) { close $told; sysread($turn, my $end, 1); print "process\t$child\nend\n"; POSIX::_exit(0) }
    setsid();
    close $told;
    close $turn;
    open(STDIN, '<', '/dev/null'); open(STDOUT, '>', '/dev/null'); open(STDERR, '>', '/dev/null');
    chdir '/';
    $SIG{PIPE} = 'IGNORE';
    my $end = time() + $seconds;
    while (time() < $end && -e "/proc/$master") {
      my $bits = '';
      vec($bits, $_, 1) = 1 for keys %sockets;
      next unless select(my $ready = $bits, undef, undef, 1) > 0;
      for my $number (grep { vec($ready, $_, 1) } keys %sockets) {
        my ($s, $tcp) = @{$sockets{$number}};
        if ($tcp) {
          accept(my $caller, $s) or next;
          syswrite($caller, $mark);
          close $caller;
        } else {
          my $caller = recv($s, my $data, 512, 0);
          send($s, $mark, 0, $caller) if defined $caller && length $caller && $data eq $mark;
        }
      }
    }

    """#
}
