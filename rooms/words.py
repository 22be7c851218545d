"""The pairing words: short, warm, easy to say and to tell apart, none the beginning of another.

Both phones show the same three of them after a claim, so that two people in one room hear at once whether they are
paired with each other. Three different ones in order give more than 2²⁴ possibilities, which a stranger who must
guess them within five minutes never meets.
"""

SHOWN = 3

_LIST = """
    acorn adore agate alpine amber anchor angel anise apple apricot april arbor artist aspen aster atlas aurora autumn
    bakery ballad bamboo banana banjo basil basket beacon berry birch biscuit blanket blossom bonfire bouquet bramble
    breeze brook bubble bunny butter button cabin cactus camel candle canoe canvas caramel caravan carnival cashew
    castle cedar cello chapel charm cherry chestnut chime cinema cinnamon citrus clarinet cloud clover cobalt cocoa
    coconut comet compass copper coral cotton cottage crayon crescent cricket crimson crystal cuddle curry cushion
    daisy dandelion daybreak delight dimple dinghy dolphin domino dragon dream drizzle drum dumpling ebony echo eclair
    eggplant elbow elder elephant elm ember emerald espresso evening fable falcon feather fennel ferry fiddle fig
    firefly flamingo flannel flute forest fountain foxglove freckle fudge galaxy garden garnet gazelle gentle giggle
    ginger giraffe glacier glimmer glitter glow golden gondola grape gravel guava guitar hammock harbor harmony harp
    harvest hazel heather helmet heron hibiscus hickory holiday honey horizon hug humming iceberg igloo indigo iris
    island ivory jade jaguar jasmine jelly jewel jigsaw jolly journey jubilee juniper kayak kettle kindle kitten kiwi
    koala ladder lagoon lantern lavender lemon lilac linen lobster locket lotus lullaby lyric macaroon magnet magnolia
    mango maple marble marigold marina meadow melody mermaid midnight mimosa mint mittens mocha moonlight mosaic
    mountain muffin nectar nest nickel noodle nougat nutmeg oasis ocean octave olive opal orange orbit orchard orchid
    origami otter oyster paddle pancake panda papaya parade parasol parsley pastel peach peacock pearl pebble pelican
    penguin peony pepper piano picnic pillow pine planet plum pocket poem polka pomelo poppy postcard prairie praline
    puddle puffin pumpkin puzzle quartz quiet quilt quiver rabbit radish rainbow raisin raspberry ribbon ripple river
    robin rocket romance rosemary ruby saddle saffron sailor salsa samba sandal sapphire satin saxophone scarf seaside
    serenade sesame shadow shell silver simmer sketch skylark slipper smile smoothie snuggle sonnet spark sparrow
    spinach spring squirrel starlight stream sugar summer sunset swan syrup tango tapestry teapot tender thimble
    thistle thunder thyme tiger toffee tomato topaz treasure truffle tulip tundra turquoise turtle twilight twinkle
    umbrella unicorn valley vanilla velvet violet violin voyage waffle walnut waltz water whisker whisper wicker
    willow window winter wisdom wishbone wonder yellow yodel yogurt zebra zephyr zigzag zinnia
"""

WORDS: tuple[str, ...] = tuple(_LIST.split())
