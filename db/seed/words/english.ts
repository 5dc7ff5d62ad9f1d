import type { Ideas } from './idea.ts';

export const english: Ideas = {
  reception: [
    {
      title: 'Sounds: sh, ch, th',
      instructions: 'Find things at home that begin with these sounds.',
      strand: 'phonics and spelling',
      works: ['ship shop shel', 'chips chin cheez', 'shoos. chare. the dor', 'I fownd a shoo and a chair'],
    },
    {
      title: 'Share a book',
      instructions: 'Read your book with somebody. Tell them your favourite part.',
      strand: 'reading',
      works: ['I lict the {animal}.', 'the {animal} was funy', 'I red it to {person}', 'I like wen he fel in the mud'],
    },
    {
      title: 'My news',
      instructions: 'Tell or write one thing you did at the weekend.',
      strand: 'writing',
      works: ['I went to {place}.', 'I saw a {animal}', 'me and {person} mad {food}', 'I plad with mi frend'],
    },
    {
      title: 'Say a rhyme',
      instructions: 'Learn a nursery rhyme and say it to somebody.',
      strand: 'speaking',
      works: ['I sed it to {person}', 'twincl twincl litl star'],
    },
  ],
  infants: [
    {
      title: 'Spellings, list {n}',
      instructions: 'Look, say, cover, write, check. Do it on three days.',
      strand: 'phonics and spelling',
      works: [
        'because becuase because said said was was',
        'play day way say stay tray. I got 5 right and 1 wrong',
        'night light bright right fight might',
        'I put them in sentences. The light was bright at night.',
      ],
    },
    {
      title: 'Reading: ten minutes',
      instructions: 'Read aloud to somebody. Write who was in the story.',
      strand: 'reading',
      works: [
        'I read 8 pages. The {animal} was in it and a girl called Dot. She was {feeling}.',
        'My book was about a {animal} who lost his hat. I liked the end best.',
        'I read all of it to {person} and I did the voices.',
        'It had hard words in it like enormous but I sounded them out.',
      ],
    },
    {
      title: 'A postcard',
      instructions: 'Write a postcard from somewhere you have been. Capital letters and full stops.',
      strand: 'writing',
      works: [
        'Dear Nan, I am at {place}. It is {weather}. We had {food}. Love from me.',
        'Hello. We went to {place} and saw a {animal}. It was so fun! I want to go agen.',
        'Dear Granny. It is {weather} hear. I had an ice cream. I miss you.',
      ],
    },
    {
      title: 'Describe an animal',
      instructions: 'Use at least three describing words.',
      strand: 'writing',
      works: [
        'The {animal} is soft and brown and quick. It has little black eyes.',
        'My {animal} is {colour} with a long tail. it is very cheeky and clever.',
        'A {animal} is small. It hides in the leaves when it is scared.',
      ],
    },
    {
      title: 'Show and tell',
      instructions: 'Practise telling the class about something you like.',
      strand: 'speaking',
      works: [
        'I will bring my {colour} stone from {place}. I will say how I found it.',
        'I practised with {person} three times. I remembered to speak up.',
      ],
    },
  ],
  lower_juniors: [
    {
      title: 'Reading: 20 minutes',
      instructions: 'Read, then write two sentences about what happened and what you think will happen next.',
      strand: 'reading',
      works: [
        'I read chapter {n} of {book}. My favourite bit was when Salt hid in the lifeboat. I think he will be found by the captain.',
        'In {book} the main character felt {feeling} because nobody believed her. I predict she will go back on her own at night.',
        'Today I read 14 pages of {book}. The author says the street was holding its breath, which means it was quiet.',
        'I read {book} in bed. It finished on a cliffhanger!! I think the door leads to {place}.',
        'I dont like this book as much as the last one because nothing has happened yet. I will give it one more chapter.',
      ],
    },
    {
      title: 'Spellings, list {n}',
      instructions: 'Write each word three times and four of them in sentences.',
      strand: 'phonics and spelling',
      works: [
        'I could not decide which island to visit. The calendar was on the wall. It was a strange answer. My heart beat faster.',
        'separate separate separate, library library library, February February February. I always forget the first r in February.',
        'disappear disagree dishonest disobey — they all have the prefix dis which means not.',
        'The knight had a knife on his knee. The k is silent in all of them.',
      ],
    },
    {
      title: 'A setting description',
      instructions: 'Describe a place so that the reader can see, hear and smell it. At least five sentences.',
      strand: 'writing',
      works: [
        'The forest was as dark as a cupboard. Twigs snapped under my boots. Somewhere a {animal} called. I could smell wet leaves and smoke. I felt {feeling}.',
        'Silently, the mist crept over the harbour. Boats knocked together like wooden spoons. The air tasted salty. A lonely bell rang. Nobody was there.',
        'The old house stood at the end of the lane. Its windows were like tired eyes. Inside it smelled of dust and {food}. The stairs creaked. Something moved.',
        'The market was loud and {colour}. People shouted about {food}. I smelled spices. It was so crowded I held on to {person}.',
      ],
    },
    {
      title: 'Inverted commas',
      instructions: 'Write a conversation between two characters with correct speech punctuation.',
      strand: 'writing',
      works: [
        '“Where are you going?” asked the {animal}. “To {place},” I said, “and you can’t come.” “Why not?” it sniffed.',
        '“Did you eat my {food}?” shouted Ella. “No,” mumbled Sam with his mouth full.',
        '“Look out!” yelled the captain. “There are rocks ahead!” The crew ran to the ropes.',
      ],
    },
    {
      title: 'A poem by heart',
      instructions: 'Learn eight lines and perform them for somebody at home.',
      strand: 'speaking',
      works: [
        'I performed mine to {person} and did actions. I only forgot one line, near the end.',
        'I learned it by covering up one line at a time. I slowed down for the sad bit.',
      ],
    },
  ],
  upper_juniors: [
    {
      title: 'Reading journal',
      instructions: 'Read for 25 minutes. Choose one quotation and say what it shows about a character.',
      strand: 'reading',
      works: [
        'In chapter {n} of {book} it says “she folded the letter until it could not be folded any more”. This shows she is anxious and wants to hide what it says, even from herself.',
        'I read {book}. I chose “he laughed a second too late” because it shows he did not really find it funny and is trying to fit in.',
        'The quotation I picked was “the house remembered them”. Houses can’t remember so it is personification. It makes it feel {feeling} and a bit haunted.',
        'I finished {book} today! The ending was not what I expected. I think the author wanted us to realise that the brother had known all along.',
      ],
    },
    {
      title: 'A balanced argument',
      instructions: 'Should homework be optional? Two paragraphs, each with a reason and evidence.',
      strand: 'writing',
      works: [
        'Some people believe that homework should be optional because children already work hard for six hours a day. Furthermore, not everyone has a quiet place to do it. On the other hand, practising a little each day helps you remember. For example, I only learned my {n} times table because I practised it at home. In conclusion, I think it should be short but not optional.',
        'On the one hand, clubs and family time matter too. On the other hand, without homework I would probably just watch videos. In my opinion a choice of tasks would be the fairest.',
        'Although homework can be stressful, research says reading at home makes a difference. However, a page of sums you can already do is pointless. Therefore teachers should choose carefully.',
      ],
    },
    {
      title: 'Spellings: -cious and -tious',
      instructions: 'Write a paragraph that uses at least six of the words.',
      strand: 'phonics and spelling',
      works: [
        'The ambitious chef made a delicious but suspicious soup. She was cautious, because the last one had been so nutritious that it was almost infectious. It looked precious in its golden bowl.',
        'My vicious cat is also gracious when she wants something delicious. She is conscious that I am cautious. {person} says she is fictitious but she is real.',
      ],
    },
    {
      title: 'Write the opening of a mystery',
      instructions: 'Begin in the middle of the action. Use short sentences to build tension.',
      strand: 'writing',
      works: [
        'Three knocks. Then nothing. Mara held her breath and counted to {n}. The letterbox lifted. A {colour} eye looked in.',
        'The lift stopped between floors. The light flickered. “Don’t move,” whispered the boy in the corner, who had definitely not been there before.',
        'Nobody had opened the {colour} door since the summer of the flood. So why was there fresh mud on the step? And why was the {animal} barking at it?',
        'It was the shoe that gave it away. One shoe. Wet. In the middle of a dry road.',
      ],
    },
    {
      title: 'Prepare a two-minute talk',
      instructions: 'Choose a topic you know well. Practise with notes, not a script.',
      strand: 'speaking',
      works: [
        'My talk is about why {animal}s matter. My notes: habitat, food, danger, what we can do. It took 1 minute 50 when I timed it.',
        'I am talking about {place} and how it changed. {person} listened and said I should look up more.',
      ],
    },
  ],
};
