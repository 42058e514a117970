<?php
// The bytes that Workerman's example of server-sent events puts on the wire: no Content-Length and no chunks, an empty line
// as the first of the body, then an event at each tick. Any page may read them.
// php workerman.php PORT SECONDS-PER-TICK EVENTS-PER-CONNECTION
[, $port, $tick, $events] = $argv;
$server = stream_socket_server("tcp://127.0.0.1:$port");
echo "listening\n";
$connections = [];
while (true) {
    $next = $connections ? min(array_column($connections, 'next')) : microtime(true) + 60;
    $ready = [$server];
    $none = null;
    if (stream_select($ready, $none, $none, 0, (int) max(0, ($next - microtime(true)) * 1e6))) {
        $socket = stream_socket_accept($server);
        stream_set_timeout($socket, 1);
        $asked = false;
        while (($line = fgets($socket)) !== false && rtrim($line) !== '') {
            $asked = true;
        }
        if (!$asked) {
            // A connection that the browser has opened in case it needs one.
            fclose($socket);
            continue;
        }
        fwrite($socket, "HTTP/1.1 200 OK\r\nServer: workerman\r\nContent-Type: text/event-stream\r\n"
            . "Access-Control-Allow-Origin: *\r\nConnection: keep-alive\r\n\r\n");
        fwrite($socket, "\r\n");
        $connections[] = ['socket' => $socket, 'next' => microtime(true) + $tick, 'left' => (int) $events];
    }
    foreach ($connections as $key => &$connection) {
        if ($connection['next'] > microtime(true)) {
            continue;
        }
        $sent = @fwrite($connection['socket'], "event: message\nid: 1\ndata: hello\n\n");
        $connection['next'] += $tick;
        $connection['left']--;
        if ($sent === false || $connection['left'] === 0) {
            fclose($connection['socket']);
            unset($connections[$key]);
        }
    }
    unset($connection);
}
