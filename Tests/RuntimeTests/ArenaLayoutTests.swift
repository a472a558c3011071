import Planning
import Runtime
import Testing

@Test(arguments: 0..<200)
func blocksAliveTogetherAreApart(seed: Int) throws {
  var random = SplitMix64(seed: UInt64(seed))
  func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
  let blocks = (0..<1 + below(40)).map { _ in
    let first = below(20)
    return ArenaLayout.Block(
      bytes: Buffer.alignment * (1 + below(30)), lifetime: first...first + below(8))
  }
  let layout = try #require(ArenaLayout(blocks))
  let ends = zip(layout.offsets, blocks).map { $0 + $1.bytes }
  #expect(layout.offsets.allSatisfy { $0 >= 0 && $0 % Buffer.alignment == 0 })
  #expect(layout.bytes == ends.max())
  for a in blocks.indices {
    for b in blocks.indices[(a + 1)...] where blocks[a].lifetime.overlaps(blocks[b].lifetime) {
      #expect(ends[a] <= layout.offsets[b] || ends[b] <= layout.offsets[a])
    }
  }
  let alive = (0..<28).map { step in
    blocks.reduce(0) { $0 + ($1.lifetime.contains(step) ? $1.bytes : 0) }
  }
  #expect(ArenaLayout.lowerBound(blocks) == alive.max())
  #expect(layout.bytes >= alive.max() ?? 0)
}

@Test func arenasThatCannotBeAddressedAreRefused() throws {
  let half = ArenaLayout.Block(bytes: 1 << 62, lifetime: 0...1)
  #expect(ArenaLayout([half, half]) == nil)
  #expect(ArenaLayout.lowerBound([half, half]) == nil)
  #expect(ArenaLayout([half])?.bytes == 1 << 62)
  #expect(ArenaLayout([])?.bytes == 0)
}
