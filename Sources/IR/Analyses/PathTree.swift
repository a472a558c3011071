/// Paths that grow by one step at a time and share their beginnings; 0 is the empty one.
///
/// Every path knows one far prefix besides its longest (Myers, 1983: a stack whose jumps are skew
/// binary numbers), so prefixes are found in logarithmic time however long a network is.
struct PathTree: Sendable {
  private var parents = [0]
  private var jumps = [0]
  private var lengths = [0]

  mutating func append(after path: Int) -> Int {
    let jump = jumps[path]
    let isEven = lengths[path] - lengths[jump] == lengths[jump] - lengths[jumps[jump]]
    parents.append(path)
    jumps.append(isEven ? jumps[jump] : path)
    lengths.append(lengths[path] + 1)
    return lengths.count - 1
  }

  func length(_ path: Int) -> Int { lengths[path] }

  func parent(_ path: Int) -> Int { parents[path] }

  /// The first `length` steps of a path that is at least as long.
  func prefix(_ path: Int, _ length: Int) -> Int {
    var path = path
    while lengths[path] > length {
      path = lengths[jumps[path]] >= length ? jumps[path] : parents[path]
    }
    return path
  }

  func isPrefix(_ short: Int, of long: Int) -> Bool {
    lengths[short] <= lengths[long] && prefix(long, lengths[short]) == short
  }

  /// The longest path that both begin with.
  func shared(_ a: Int, _ b: Int) -> Int {
    let length = min(lengths[a], lengths[b])
    var (one, other) = (prefix(a, length), prefix(b, length))
    while one != other {
      let isFar = jumps[one] != jumps[other]
      (one, other) = isFar ? (jumps[one], jumps[other]) : (parents[one], parents[other])
    }
    return one
  }
}
