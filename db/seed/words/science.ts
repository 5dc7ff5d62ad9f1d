import type { Ideas } from './idea.ts';

export const science: Ideas = {
  reception: [
    {
      title: 'Look at the weather',
      instructions: 'Look out of the window every morning for three days. What do you see?',
      strand: 'earth and space',
      works: ['it was {weather}', 'rane and then sun', 'I saw a big clowd'],
    },
    {
      title: 'Autumn treasures',
      instructions: 'Collect leaves, seeds or stones on a walk.',
      strand: 'living things',
      works: ['I fownd a {colour} leef', 'I got {n} concers', 'a leef a stik and a snale shel'],
    },
    {
      title: 'Will it float?',
      instructions: 'Try five things in water.',
      strand: 'working scientifically',
      works: ['the duc flotid. the stone sanc', '{thing} went down', 'my bote flotid'],
    },
  ],
  infants: [
    {
      title: 'What is it made of?',
      instructions: 'Find five things and say what they are made of and why.',
      strand: 'materials',
      works: [
        'The spoon is metal because it is strong. The window is glass so you can see out.',
        'My jumper is wool so it is warm. My wellies are rubber so the rain dosent get in.',
        'The table is {material}. It is hard and smooth.',
      ],
    },
    {
      title: 'Minibeast hunt',
      instructions: 'Look under stones and leaves. Draw or write what you find.',
      strand: 'living things',
      works: [
        'I found {n} {minibeast}s under a log. They like it dark and wet.',
        'a {minibeast} was on the wall and a {minibeast2} was in the mud. I put them back carefully',
        'The {minibeast} had 6 legs so it is an insect.',
      ],
    },
    {
      title: 'Which things float?',
      instructions: 'Guess first, then test in the sink.',
      strand: 'working scientifically',
      works: [
        'I gessed {thing} would sink and it did! The cork floted.',
        'The heavy apple floted! I was wrong. The coin sank.',
        '{thing} floated. {thing2} sank. I think air helps.',
      ],
    },
    {
      title: 'Pushes and pulls',
      instructions: 'Find three things you push and three you pull.',
      strand: 'forces and energy',
      works: [
        'Push: swing, door, trolley. Pull: drawer, sock, {animal} lead.',
        'I push my scooter and pull my bag. You push and pull a drawer.',
      ],
    },
  ],
  lower_juniors: [
    {
      title: 'Which things float?',
      instructions: 'Predict, test six things and say whether you were right. Keep the test fair.',
      strand: 'working scientifically',
      works: [
        'I predicted {thing} would sink. It did. I used the same bowl and the same amount of water so it was fair. The orange floated with its peel and sank without it!',
        'Float: cork, sponge, apple. Sink: coin, key, pebble. I was right about 5 out of 6. I thought the apple would sink because it is heavy.',
        'My results: 4 floated and 2 sank. Weight is not the only thing because the apple was heavier than the coin.',
      ],
    },
    {
      title: 'Shadows through the day',
      instructions: 'Measure the shadow of the same thing at three times.',
      strand: 'earth and space',
      works: [
        '9am: 82cm. 12pm: 35cm. 3pm: 70cm. The shadow was shortest at midday because the sun was highest.',
        'It was {weather} so I used a torch. When I lifted the torch higher the shadow of the toy got shorter.',
      ],
    },
    {
      title: 'Rocks and soils',
      instructions: 'Collect three rocks. Compare them: colour, hardness, does water soak in?',
      strand: 'materials',
      works: [
        'Rock 1 was {colour} and crumbly. Rock 2 was smooth and hard. Rock 3 let water soak in so it is permeable, like sandstone.',
        'I scratched them with a nail. The chalky one scratched easily. The {colour} pebble did not scratch at all.',
      ],
    },
    {
      title: 'Food chains',
      instructions: 'Make two food chains from a habitat near you.',
      strand: 'living things',
      works: [
        'oak leaf → caterpillar → robin → sparrowhawk. The oak is the producer because it makes its own food from sunlight.',
        'grass → {animal} → fox and pondweed → tadpole → newt → heron. If there was no pondweed the tadpoles would have nothing to eat.',
        'algae → {minibeast} → frog → grass snake. Arrows point to the one that eats.',
      ],
    },
    {
      title: 'Sounds around us',
      instructions: 'Make an instrument and find out what changes the pitch.',
      strand: 'forces and energy',
      works: [
        'I used bottles with different amounts of water. Less water made a lower sound when I blew but a higher sound when I tapped it!',
        'I stretched rubber bands over a box. The tighter and thinner ones were higher. You can see them vibrate.',
      ],
    },
  ],
  upper_juniors: [
    {
      title: 'Dissolving',
      instructions: 'Plan and carry out a fair test: what makes sugar dissolve faster?',
      strand: 'materials',
      works: [
        'My variable was the temperature. I kept the amount of water (100ml) and sugar (1 teaspoon) the same. Cold: 4 min 10 s. Warm: 1 min 32 s. Hot from the tap: 48 s. Conclusion: the warmer the water, the faster it dissolves.',
        'I tested stirring. With stirring 55 seconds, without stirring still not gone after 5 minutes. I repeated it {n} times and the results were similar.',
        'Caster sugar dissolved quicker than a sugar lump. I think it is because more of the sugar touches the water.',
      ],
    },
    {
      title: 'The phases of the moon',
      instructions: 'Observe the moon on four evenings. Draw and label what you see.',
      strand: 'earth and space',
      works: [
        'Monday: waxing gibbous. Wednesday: cloudy so I could not see it. Friday: almost full. Sunday: full moon. The moon does not make light, it reflects the sun.',
        'It was a thin crescent low in the west after sunset. Each evening it was a little fatter and further east.',
      ],
    },
    {
      title: 'Friction and shoes',
      instructions: 'Test which shoe grips best. Say how you made it fair.',
      strand: 'forces and energy',
      works: [
        'I pulled each shoe with a force meter made from an elastic band. Trainers stretched it 9cm, school shoes 5cm, slippers 3cm. Trainers have the most friction because of the rubber pattern.',
        'I put each shoe on a tray and lifted it until it slid. My wellies slid at 31 degrees and my football boots at 44.',
      ],
    },
    {
      title: 'Classify it',
      instructions: 'Make a branching key for eight living things.',
      strand: 'living things',
      works: [
        'Does it have a backbone? No → does it have legs? Yes → six? beetle. Eight? spider. More? {minibeast}. No legs → worm. Backbone yes → feathers? {animal} or robin...',
        'My first question was “does it have feathers” but that only took out one, so I changed it to “does it have a backbone” which splits them in half.',
      ],
    },
    {
      title: 'A circuit that works',
      instructions: 'Draw a circuit diagram with symbols and explain what would happen with two lamps.',
      strand: 'working scientifically',
      works: [
        'With two lamps in series each one is dimmer because they share the voltage of the cell. If one breaks, both go out because the circuit is not complete.',
        'I drew a cell, a switch, a lamp and a buzzer. With a second cell the lamp would be brighter and the buzzer louder.',
      ],
    },
  ],
};
