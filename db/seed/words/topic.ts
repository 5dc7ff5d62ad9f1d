import type { Ideas } from './idea.ts';

export const topic: Ideas = {
  reception: [
    {
      title: 'People who help us',
      instructions: 'Who helps you? Draw them and say how.',
      strand: 'our town',
      works: ['the nurs helpt mi nee', '{person} helps me red', 'the bus drivr taks us to {place}'],
    },
    {
      title: 'A walk in our town',
      instructions: 'Go for a walk. What did you see?',
      strand: 'our town',
      works: ['I saw a big red bus', 'we went to {place}. I saw a {animal}', 'I saw the fire stayshun'],
    },
    {
      title: 'Light and dark',
      instructions: 'Find things that give light.',
      strand: 'light and dark',
      works: ['the lamp and the sun', 'mi torch', 'candls on a cake'],
    },
  ],
  infants: [
    {
      title: 'My street',
      instructions: 'Draw a map of your street. Put in three things.',
      strand: 'our town',
      works: [
        'I drew my house, the shop and the post box. My house is number {n}.',
        'There is a big tree and a bus stop. I put a key on my map.',
        'I live near {place}. You turn left at the shop.',
      ],
    },
    {
      title: 'Toys then and now',
      instructions: 'Ask an older person about their toys.',
      strand: 'our town',
      works: [
        '{person} had a wooden train and a teddy. They did not have tablets.',
        'Grandad played marbles and conkers. he still has one marble',
        '{person} had a doll made of cloth. My toys have batrys.',
      ],
    },
    {
      title: 'Festivals of light',
      instructions: 'Find out about a festival where people light lamps or candles.',
      strand: 'light and dark',
      works: [
        'At Diwali people light divas and make rangoli patterns. We had sweets.',
        'On Bonfire Night there are fireworks. Guy Fawkes wanted to blow up Parlament.',
        'At Hanukkah you light one more candle every night for 8 nights.',
      ],
    },
  ],
  lower_juniors: [
    {
      title: 'A Roman shield',
      instructions: 'Design a shield. Say what the shapes and colours mean.',
      strand: 'our town',
      works: [
        'My shield is {colour} with gold wings. The wings are for speed and the lightning is for Jupiter. A real one was called a scutum.',
        'I made it out of a cereal box. The boss in the middle is a bottle top. Soldiers put them together to make a tortoise.',
        'I drew an eagle because the eagle was the sign of the legion. {person} helped me cut it out.',
      ],
    },
    {
      title: 'How our town began',
      instructions: 'Find one old building near you and write what it was for.',
      strand: 'our town',
      works: [
        'The mill by the canal was built in 1848. Children worked there. Now it is flats.',
        'Our church is {h} years old. There is a yew tree in the churchyard which is even older.',
        'I asked at {place}. The building with the clock was a market hall and it burned down once.',
      ],
    },
    {
      title: 'Light in the dark: lighthouses',
      instructions: 'Explain how a lighthouse worked a hundred years ago.',
      strand: 'light and dark',
      works: [
        'The keeper had to carry oil up {h} steps and light the lamp every night. A big lens made the light go far. It was lonely.',
        'Each lighthouse had its own pattern of flashes so that sailors knew where they were.',
        'Grace Darling rowed out in a storm with her father and saved {n} people.',
      ],
    },
  ],
  upper_juniors: [
    {
      title: 'A Victorian child’s day',
      instructions: 'Write a diary entry. Use three facts you have researched.',
      strand: 'our town',
      works: [
        'Up at five. The mill whistle goes at half past and if you are late they take your wages. I am a piecer, I crawl under the machine to tie broken threads. It moves all the time. At noon we had bread and cold tea. I am eleven and I have done this since I was nine.',
        'I was sent to school today as the Factory Act says we must have two hours. I fell asleep on my slate. The master was not pleased.',
        'My brother is a chimney sweep’s boy. His knees are raw. They rub them with salt water to make them hard. I am glad I am in the dye house although my hands are {colour}.',
      ],
    },
    {
      title: 'Our river, from source to sea',
      instructions: 'Make a labelled diagram and explain two features.',
      strand: 'our town',
      works: [
        'I labelled source, tributary, meander, flood plain and mouth. A meander happens because the water on the outside of the bend is faster and wears the bank away.',
        'Our river starts on the moor as a spring. It floods because rain runs off the hills fast. At the mouth it drops mud and makes mudflats for birds.',
      ],
    },
    {
      title: 'Inventors of light',
      instructions: 'Who made electric light possible? Give more than one name.',
      strand: 'light and dark',
      works: [
        'Most people say Edison, but Joseph Swan showed a light bulb in Newcastle first. Lewis Latimer made a better filament. It was lots of people improving each other’s work.',
        'Humphry Davy made an arc lamp in 1809. Swan’s house was one of the first lit by electricity. I think it is unfair that only one name is famous.',
      ],
    },
  ],
};
